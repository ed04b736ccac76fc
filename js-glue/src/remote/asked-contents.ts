import type { Bytes } from '../basics/bytes.js';
import { BlobStore } from '../files/blob-store.js';
import { MemoryStore } from '../files/memory-store.js';
import type { Contents, Found } from '../transfers/ports.js';

/** What the page has of contents: it knows its Blobs, and the application's store is there. */
export class AskedContents implements Contents {
  readonly #ask: (hash: string, size: number) => Promise<Blob | Bytes | undefined>;
  readonly keep: Contents['keep'];
  readonly forget: Contents['forget'];

  constructor(
    ask: (hash: string, size: number) => Promise<Blob | Bytes | undefined>,
    keep: Contents['keep'],
    forget: Contents['forget'],
  ) {
    this.#ask = ask;
    this.keep = keep;
    this.forget = forget;
  }

  async find(hash: string, size: number): Promise<Found | undefined> {
    const here = await this.#ask(hash, size).catch(() => undefined);
    if (!here) return undefined;
    return 'stream' in here
      ? { length: size, store: new BlobStore(here) }
      : { length: here.length, store: MemoryStore.from(here, size) };
  }
}
