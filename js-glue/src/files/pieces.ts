import type { Bytes } from '../basics/bytes.js';
import { Fifo } from '../basics/fifo.js';

/** What was read and not yet taken, in order. */
export class Pieces {
  /** What is left of the piece that was taken from last. */
  #first: Bytes | undefined;
  readonly #others = new Fifo<Bytes>();

  add(piece: Bytes): void {
    this.#others.push(piece);
  }

  /** The next bytes, which are here: a view where they lie together. */
  take(length: number): Bytes {
    const first = this.#next();
    if (first && first.length >= length) return this.#takeFrom(first, length);
    const gathered = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const piece = this.#next();
      if (!piece) throw new Error('The engine sends what was not read.');
      const part = this.#takeFrom(piece, Math.min(piece.length, length - at));
      gathered.set(part, at);
      at += part.length;
    }
    return gathered;
  }

  #next(): Bytes | undefined {
    this.#first ??= this.#others.shift();
    return this.#first;
  }

  #takeFrom(first: Bytes, length: number): Bytes {
    this.#first = first.length === length ? undefined : first.subarray(length);
    return first.subarray(0, length);
  }
}
