/** Printable ASCII, and none of the characters that strings or pages treat in a way of their own. */
const unused = '"\'`\\$<';

/** Reads back what tools/build/printable.mjs wrote: a lead character moves the next one by the size of the alphabet. */
export function fromPrintable(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(127);
  let count = 0;
  for (let code = 32; code < values.length; code++) {
    if (!unused.includes(String.fromCharCode(code))) values[code] = count++;
  }
  const leads = 2;
  const singles = count - leads;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let base = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? 0;
    if (value < leads) {
      base = (value + 1) * singles;
    } else {
      bytes[length++] = base + value - leads;
      base = 0;
    }
  }
  return bytes.slice(0, length);
}
