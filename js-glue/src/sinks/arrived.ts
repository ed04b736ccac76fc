import type { Bytes } from '../basics/bytes.js';

const least = 256 * 1024;

/**
 * What has arrived of a file and was not taken, by its place in the file: pieces may come in any order.
 *
 * One buffer that is used in a circle, and not the pieces themselves: those of a hostile peer hold a byte each.
 */
export class Arrived {
  #buffer: Bytes = new Uint8Array(0);
  /** What comes before is gone. */
  #from = 0;
  #end = 0;

  put(chunk: Bytes, offset: number): void {
    // Of a part that was sent again, the beginning may have been taken.
    const known = Math.max(this.#from - offset, 0);
    const rest = chunk.subarray(known);
    if (rest.length === 0) return;
    this.#end = Math.max(this.#end, offset + chunk.length);
    if (this.#end - this.#from > this.#buffer.length) this.#grow();
    copyAround(rest, this.#buffer, offset + known);
  }

  /** The next bytes, which are here. They belong to the caller. */
  take(length: number): Bytes {
    const { length: size } = this.#buffer;
    const begin = this.#from % size;
    const bytes = new Uint8Array(length);
    const first = this.#buffer.subarray(begin, Math.min(begin + length, size));
    bytes.set(first);
    bytes.set(this.#buffer.subarray(0, length - first.length), first.length);
    this.skip(length);
    return bytes;
  }

  /** These were taken without it. */
  skip(length: number): void {
    this.#from += length;
    this.#end = Math.max(this.#end, this.#from);
  }

  #grow(): void {
    let size = Math.max(this.#buffer.length, least);
    while (size < this.#end - this.#from) size *= 2;
    const old = this.#buffer;
    this.#buffer = new Uint8Array(size);
    if (old.length === 0) return;
    const begin = this.#from % old.length;
    copyAround(old.subarray(begin), this.#buffer, this.#from);
    copyAround(old.subarray(0, begin), this.#buffer, this.#from + old.length - begin);
  }
}

/** To that place of the circle, over its end. */
function copyAround(bytes: Bytes, circle: Bytes, place: number): void {
  const begin = place % circle.length;
  const first = bytes.subarray(0, circle.length - begin);
  circle.set(first, begin);
  circle.set(bytes.subarray(first.length), 0);
}
