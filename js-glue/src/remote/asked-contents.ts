import type { Bytes } from '../basics/bytes.js';
import { BlobStore } from '../files/blob-store.js';
import { MemoryStore } from '../files/memory-store.js';
import type { Contents, Found } from '../transfers/ports.js';

type Here = Blob | Bytes | undefined;
type Ask = (hash: string, size: number, answered: (here: Here) => void) => void;

/** What the page has of contents: it knows its Blobs, and the application's store is there. */
export class AskedContents implements Contents {
  readonly #ask: Ask;
  readonly keep: Contents['keep'];
  readonly forget: Contents['forget'];

  /** @param ask - May be answered within the call, and is in any case. */
  constructor(ask: Ask, keep: Contents['keep'], forget: Contents['forget']) {
    this.#ask = ask;
    this.keep = keep;
    this.forget = forget;
  }

  find(hash: string, size: number): Found | undefined | Promise<Found | undefined> {
    let found: { here: Here } | undefined;
    let answered = (here: Here): void => {
      found = { here };
    };
    this.#ask(hash, size, (here) => {
      answered(here);
    });
    if (found) return toFound(found.here, size);
    return new Promise((resolve) => {
      answered = (here) => {
        resolve(toFound(here, size));
      };
    });
  }
}

function toFound(here: Here, size: number): Found | undefined {
  if (!here) return undefined;
  return 'stream' in here
    ? { length: size, store: new BlobStore(here) }
    : { length: here.length, store: MemoryStore.from(here, size) };
}
