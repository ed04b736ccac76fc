import type { Sink, SinkFile, SinkProgress } from 'peer-session/transfers';
import { isCancelled } from './take-up.js';

// Browsers keep Blobs on the disk when they have many; what is not in one yet is in memory.
const BYTES_OF_A_BLOB = 8 * 1024 * 1024;

/** Of all that is kept. The oldest goes first. */
const MOST_KEPT = 1024 * 1024 * 1024;

interface Kept extends SinkProgress {
  readonly blob: Blob;
}

/** What is here of files that did not come whole, by hash and size. */
const kept = new Map<string, Kept>();

const keyOf = ({ hash = '', size }: SinkFile): string => `${hash} ${size}`;

/** A file that comes into the browser's care in pieces, and never as one buffer. What has come of it stays, unless it is wrong. */
export class BlobSink implements Sink {
  #file: SinkFile = { hash: undefined, size: 0 };
  #blob = new Blob();
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #pending = 0;
  #hashState: SinkProgress['hashState'] | undefined;

  constructor(private readonly type: string) {}

  open(file: SinkFile): SinkProgress | undefined {
    this.#file = file;
    const before = file.hash === undefined ? undefined : kept.get(keyOf(file));
    if (!before) return undefined;
    // Two at a time would each need their own.
    kept.delete(keyOf(file));
    this.#blob = before.blob;
    this.#hashState = before.hashState;
    return before;
  }

  write(chunk: Uint8Array<ArrayBuffer>, _at: number, hashState: () => SinkProgress['hashState']): void {
    this.#pieces.push(chunk);
    this.#pending += chunk.length;
    this.#hashState = hashState();
    if (this.#pending >= BYTES_OF_A_BLOB) this.#gather();
  }

  restart(): void {
    this.#blob = new Blob();
    this.#pieces = [];
    this.#pending = 0;
    this.#hashState = undefined;
  }

  finish(): Blob {
    this.#gather();
    return this.#blob.slice(0, this.#blob.size, this.type);
  }

  abort(reason: unknown): void {
    if (isCancelled(reason)) this.keep();
    else this.restart();
  }

  keep(): void {
    this.#gather();
    const { size: at } = this.#blob;
    if (this.#hashState === undefined || this.#file.hash === undefined) return;
    kept.set(keyOf(this.#file), { blob: this.#blob, at, hashState: this.#hashState });
    let bytes = [...kept.values()].reduce((sum, each) => sum + each.at, 0);
    for (const [key, oldest] of kept) {
      if (bytes <= MOST_KEPT) break;
      kept.delete(key);
      bytes -= oldest.at;
    }
  }

  #gather(): void {
    if (this.#pieces.length > 0) this.#blob = new Blob([this.#blob, ...this.#pieces]);
    this.#pieces = [];
    this.#pending = 0;
  }
}
