import type { Bytes } from '../basics/bytes.js';
import { Pieces } from '../files/pieces.js';
import type { Origin, Source } from '../transfers/ports.js';

/** How the page is asked for what only it can read. */
export interface PageReader {
  /** So many bytes from there on, or the first of them. */
  read: (at: number, length: number) => Promise<Bytes>;
  hash: () => Promise<string>;
}

/** As large as what is written into sinks: a message for each is little beside it. */
const largestRead = 1024 * 1024;

/** A file that only the page can read. */
export function askedOrigin(page: PageReader, { once, isHashed }: { once: boolean; isHashed: boolean }): Origin {
  const open = (start: number): Source => new AskedSource(page, start);
  return isHashed ? { open, once, digest: page.hash } : { open, once };
}

class AskedSource implements Source {
  readonly #page: PageReader;
  readonly #pieces = new Pieces();
  #end: number;

  constructor(page: PageReader, start: number) {
    this.#page = page;
    this.#end = start;
  }

  async readTo(end: number): Promise<number> {
    while (this.#end < end) {
      const wanted = Math.min(largestRead, end - this.#end);
      const bytes = await this.#page.read(this.#end, wanted);
      this.#pieces.add(bytes);
      this.#end += bytes.length;
      // The rest takes its time.
      if (bytes.length < wanted) break;
    }
    return this.#end;
  }

  take(length: number): Bytes {
    return this.#pieces.take(length);
  }

  /** The page lets go of it with the offer. */
  cancel(): void {}
}
