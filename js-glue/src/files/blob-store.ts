import type { Bytes } from '../basics/bytes.js';
import type { Store } from '../transfers/ports.js';
import { BlobReader } from './blob-reader.js';
import { MemoryStore } from './memory-store.js';

/** Content that is in the page already, as a Blob; should it come once more, what comes takes its place. */
export class BlobStore implements Store {
  readonly #blob: Blob;
  #instead: MemoryStore | undefined;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  put(chunk: Bytes, offset: number): void {
    this.#instead ??= new MemoryStore(this.#blob.size);
    this.#instead.put(chunk, offset);
  }

  async content(): Promise<Bytes> {
    if (this.#instead) return this.#instead.content();
    const { size } = this.#blob;
    const reader = new BlobReader(this.#blob);
    await reader.readTo(size);
    return reader.take(size);
  }

  first(length: number): Bytes | undefined {
    return this.#instead?.first(length);
  }
}
