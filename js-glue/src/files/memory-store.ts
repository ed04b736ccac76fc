import type { Bytes } from '../basics/bytes.js';
import type { Store } from '../transfers/ports.js';

/**
 * A file that arrives, in one buffer of its announced size, which is there from the first byte on.
 *
 * A list of chunks would leave the peer in charge of our memory: 15 MiB in messages of one byte are 15 million objects. The
 * engine has bounded the size.
 */
export class MemoryStore implements Store {
  readonly #size: number;
  #content: Bytes | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** Its first bytes are here already. Where they lie in memory for the whole file, that is used. */
  static from(first: Bytes, size: number): MemoryStore {
    const store = new MemoryStore(size);
    if (first.byteOffset === 0 && first.buffer.byteLength === size) store.#content = new Uint8Array(first.buffer);
    else store.put(first, 0);
    return store;
  }

  put(chunk: Bytes, offset: number): void {
    if (this.#content === undefined && offset === 0 && chunk.length === this.#size) {
      this.#content = chunk;
      return;
    }
    this.#content ??= new Uint8Array(this.#size);
    this.#content.set(chunk, offset);
  }

  content(): Bytes {
    return this.#content ?? new Uint8Array(0);
  }

  first(length: number): Bytes {
    return this.content().subarray(0, length);
  }
}
