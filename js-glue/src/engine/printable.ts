/** Printable ASCII, and none of the characters that strings or pages treat in a way of their own. */
const unused = '"\'`\\$<';

/** Where the bytes begin that have the first, second and third lead character, in the order of codes. */
const starts = [86, 128, 192];

/** Reads back what tools/build/printable.mjs wrote; which byte is where is said there. */
export function fromPrintable(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(127);
  let count = 0;
  for (let code = 32; code < values.length; code++) {
    if (!unused.includes(String.fromCharCode(code))) values[code] = count++;
  }
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? 0;
    if (value < starts.length) {
      start = starts[value] ?? 0;
    } else {
      const at = start + value - starts.length;
      bytes[length++] = at < 70 || at > 115 ? at : at < 86 ? at + 30 : at - 16;
      start = 0;
    }
  }
  return bytes.slice(0, length);
}
