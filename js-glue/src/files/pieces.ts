import type { Bytes } from '../basics/bytes.js';

/** What was read and not yet taken, in order. */
export class Pieces {
  readonly #pieces: Bytes[] = [];

  add(piece: Bytes): void {
    this.#pieces.push(piece);
  }

  /** The next bytes, which are here: a view where they lie together. */
  take(length: number): Bytes {
    const first = this.#pieces[0];
    if (first && first.length >= length) return this.#takeFrom(first, length);
    const gathered = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const piece = this.#pieces[0];
      if (!piece) throw new Error('The engine sends what was not read.');
      const part = this.#takeFrom(piece, Math.min(piece.length, length - at));
      gathered.set(part, at);
      at += part.length;
    }
    return gathered;
  }

  #takeFrom(first: Bytes, length: number): Bytes {
    if (first.length === length) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(length);
    return first.subarray(0, length);
  }
}
