// File systems take 255 bytes of UTF-8. What is left is for what is added to a name later: " (1)" of a second file of that
// name, ".crdownload" of one that is not whole yet.
const maxBytes = 255 - 15;
// What follows the last dot of a long name is its extension only if it is short: ".photoslibrary", ".写真".
const maxExtensionBytes = 32;

/** What is not to stay in a name, and what would be taken for it. */
function specialCharacters(): RegExp {
  // Living scripts whose letters take another form, or hold together, by an invisible joiner or non-joiner.
  const scripts = 'Arab Syrc Nkoo Adlm Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Tibt Mymr Khmr Bali Java';
  const joining = scripts
    .split(' ')
    .map((script) => String.raw`\p{scx=${script}}`)
    .join('');
  // A character with the invisible ones that it needs, which is consumed as a whole and so stays.
  const whole = [
    // Parts of one emoji, and those whose look is chosen.
    String.raw`\p{ExtPict}[\uFE0F\u{1F3FB}-\u{1F3FF}]?\u200D(?=\p{ExtPict})`,
    String.raw`[\p{ExtPict}\d#][\uFE0E\uFE0F]`,
    // England, Scotland, Wales: a black flag and the letters of the region as tags.
    String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{2,6}\u{E007F}`,
    // Variants of one ideograph, as names of people and places have them, and of a Mongolian letter.
    String.raw`\p{Script=Han}[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
    String.raw`[\u1820-\u18AA][\u180B-\u180F]\u200D?`,
    String.raw`(?![\p{DI}\p{Cf}])[${joining}][\u200C\u200D]`,
  ].join('|');
  // Direction marks and overrides make "gpj.exe" read as "exe.jpg"; the rest separates paths, is no character, or is
  // reserved by Windows.
  const unsafe = String.raw`[/\\:*?"<>|\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\p{NChar}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]`;
  const invisible = String.raw`[\p{DI}\p{Cf}]`;
  return new RegExp(`(${whole})|(${unsafe})|${invisible}`, 'gu');
}

// Made when it is first wanted: its sets of characters take milliseconds, and every page would pay for them on import.
let special: RegExp | undefined;

const edges = /^[.\s]+|[.\s]+$/gu;
const reserved = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?=\s*(?:\.|$))/iu;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;

/**
 * A peer's file name made fit for saving: one path segment, printable, not reserved, composed (NFC), at most 240 bytes of
 * UTF-8, with its extension kept and no character cut in two. Received names reach `onImage` exactly as the peer sent them;
 * use this where one becomes a file's name.
 *
 * @example
 * ```ts
 * // The name is the sender's: text is safe as `alt`; where it becomes a file's name, safeName() makes it fit.
 * picture.alt = name;
 * picture.dataset['saveAs'] = safeName(name);
 * ```
 */
export function safeName(name: string, fallback = 'file'): string {
  let safe = shorten(printable(name));
  if (reserved.test(safe)) safe = shorten(`_${safe}`);
  return safe === '' ? fallback : safe;
}

function printable(name: string): string {
  special ??= specialCharacters();
  return (
    name
      .normalize('NFC')
      .replace(special, (_, whole?: string, unsafe?: string) => whole ?? (unsafe === undefined ? '' : '_'))
      // Two characters that something invisible kept apart may be one now.
      .normalize('NFC')
      .replace(edges, '')
  );
}

function shorten(name: string): string {
  if (bytesOf(name) <= maxBytes) return name;
  const dot = name.lastIndexOf('.');
  const isExtension = dot > 0 && bytesOf(name.slice(dot)) <= maxExtensionBytes;
  const extension = isExtension ? name.slice(dot) : '';
  const stem = name.slice(0, name.length - extension.length);
  const room = maxBytes - bytesOf(extension);
  // One letter can carry marks without end. Then something of it is better than nothing.
  const cut = start(characters(stem), room) || start(stem, room);
  return printable(cut) + extension;
}

/** The first of these that take at most so many bytes. */
function start(parts: Iterable<string>, room: number): string {
  let text = '';
  let bytes = 0;
  for (const part of parts) {
    bytes += bytesOf(part);
    if (bytes > room) break;
    text += part;
  }
  return text;
}

/** As their readers count them, where the platform knows; else code points. */
function* characters(text: string): Iterable<string> {
  const { Segmenter } = Intl as Partial<typeof Intl>;
  if (!Segmenter) return yield* text;
  for (const { segment } of new Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) yield segment;
}
