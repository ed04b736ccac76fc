import type { PartialBytes, PartialStore } from '../api/partial-store.js';
import { isThenable, onRejection } from '../basics/thenable.js';
import type { Contents, Found } from '../transfers/ports.js';
import { BlobStore } from './blob-store.js';
import type { HeldContents } from './held-contents.js';
import { MemoryStore } from './memory-store.js';

/** What is here of contents: whole in the page, or in part in a store. */
export class PageContents implements Contents {
  readonly #held: HeldContents;
  readonly #partial: PartialStore | undefined;
  readonly #failed: (cause: unknown) => void;

  /** @param failed - The store threw, or rejected. */
  constructor(held: HeldContents, partial: PartialStore | undefined, failed: (cause: unknown) => void) {
    this.#held = held;
    this.#partial = partial;
    this.#failed = failed;
  }

  find(hash: string, size: number): Found | undefined | Promise<Found | undefined> {
    const blob = this.#held.find(hash, size);
    if (blob) return { length: size, store: new BlobStore(blob) };
    const found = (bytes: PartialBytes | undefined): Found | undefined =>
      bytes && bytes.length > 0 && bytes.length <= size
        ? { length: bytes.length, store: MemoryStore.from(bytes, size) }
        : undefined;
    const nothing = (cause: unknown): undefined => {
      this.#failed(cause);
    };
    try {
      const taken = this.#partial?.take(hash, size);
      return isThenable(taken) ? Promise.resolve(taken).then(found).catch(nothing) : found(taken);
    } catch (cause) {
      nothing(cause);
      return undefined;
    }
  }

  keep(hash: string, size: number, bytes: PartialBytes): void {
    try {
      onRejection(this.#partial?.keep(hash, size, bytes), this.#failed);
    } catch (cause) {
      this.#failed(cause);
    }
  }

  forget(hash: string): void {
    this.#held.forget(hash);
  }
}
