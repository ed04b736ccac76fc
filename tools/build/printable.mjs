/**
 * Bytes as printable ASCII that a download's own compression takes as well as the bytes themselves: the common bytes, the
 * small ones, are one character each, the others two. Base64 would spread each byte over two characters, and hide from
 * the compressor what repeats; UTF-8 text would hang on the page's declared encoding. None of the characters needs an
 * escape in a string, nor can end a script inside a page. js-glue/src/engine/printable.ts reads it back.
 */
export function toPrintable(bytes) {
  const alphabet = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
    (character) => !'"\'`\\$<'.includes(character),
  );
  const [first, second, ...singles] = alphabet;
  const leads = ['', first, second];
  const codes = Array.from({ length: 256 }, (_, byte) => {
    return leads[Math.floor(byte / singles.length)] + singles[byte % singles.length];
  });
  let text = '';
  for (const byte of bytes) text += codes[byte];
  return text;
}
