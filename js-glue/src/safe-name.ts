// Path separators and what Windows reserves; control characters; direction marks and overrides, which can make
// "gpj.exe" read as "exe.jpg"; invisible characters.
const unsafe = /[/\\:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/iu;
const maxLength = 200;

/**
 * A peer's file name made fit for saving: one path segment, printable, not reserved, of bounded length with its extension
 * kept. Received names reach `onImage` exactly as the peer sent them; use this where one becomes a file's name.
 *
 * @example
 * ```ts
 * // The name is the sender's: text is safe as `alt`; where it becomes a file's name, safeName() makes it fit.
 * picture.alt = name;
 * picture.dataset['saveAs'] = safeName(name);
 * ```
 */
export function safeName(name: string, fallback = 'file'): string {
  let safe = name
    .replace(unsafe, '_')
    .trim()
    .replace(/^\.+/u, '')
    .replace(/[. ]+$/u, '');
  if (reserved.test(safe)) safe = `_${safe}`;
  const characters = Array.from(safe);
  if (characters.length > maxLength) {
    const dot = safe.lastIndexOf('.');
    const extension = dot > 0 ? Array.from(safe.slice(dot)).slice(0, 20) : [];
    safe = [...characters.slice(0, maxLength - extension.length), ...extension].join('');
  }
  return safe === '' ? fallback : safe;
}
