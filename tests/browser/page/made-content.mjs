// Content of any length that is made when it is needed, and checked as it is: no piece of a MiB is like another.
const piece = 1024 * 1024;

function makePiece(number) {
  const words = new Uint32Array(piece / 4);
  let state = (number * 2_654_435_761 + 1) | 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer);
}

/** A stream of that many bytes. */
export function madeStream(size) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(makePiece(at / piece).subarray(0, Math.min(piece, size - at)));
      at += piece;
      if (at >= size) controller.close();
    },
  });
}

/** The first byte that is not as it was made; undefined if there is none. */
export async function firstWrongMade(blob) {
  for (let at = 0; at < blob.size; at += piece) {
    const right = makePiece(at / piece);
    const there = new Uint8Array(await blob.slice(at, at + piece).arrayBuffer());
    const wrong = there.findIndex((byte, index) => byte !== right[index]);
    if (wrong >= 0) return at + wrong;
  }
  return undefined;
}
