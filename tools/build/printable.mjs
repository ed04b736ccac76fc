/**
 * Bytes as printable ASCII that a download's own compression takes as well as the bytes themselves: the common bytes are one
 * character each, the others two. Base64 would spread each byte over two characters, and hide from the compressor what
 * repeats; UTF-8 text would hang on the page's declared encoding. None of the characters needs an escape in a string, nor can
 * end a script inside a page. js-glue/src/engine/printable.ts reads it back.
 */
export function toPrintable(bytes) {
  const alphabet = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
    (character) => !'"\'`\\$<'.includes(character),
  );
  const codes = [];
  ['', ...alphabet.slice(0, leads)].forEach((lead, group) => {
    for (let index = starts[group]; index < (starts[group + 1] ?? 256); index++) {
      codes[byteAt(index)] = lead + alphabet[leads + index - starts[group]];
    }
  });
  let text = '';
  for (const byte of bytes) text += codes[byte];
  return text;
}

/**
 * The bytes in the order of their codes: up to 69 and from 100 to 115, which are common in WebAssembly, then the others below
 * 128, then the two halves of the rest, which numbers of several bytes begin with, so that one differs from the byte of the same
 * low bits by its lead alone. Of the pairs of ranges that were tried, the best by Brotli, and one of the best by gzip.
 */
const byteAt = (index) =>
  index < 70 || index > 115 ? index
  : index < 86 ? index + 30
  : index - 16;
const starts = [0, 86, 128, 192];
const leads = starts.length - 1;
