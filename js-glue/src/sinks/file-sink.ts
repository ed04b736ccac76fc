import { createSHA256, type IHasher } from 'hash-wasm';
import type { PullOptions, Sink } from '../api/sink.js';
import type { Bytes } from '../basics/bytes.js';
import { Arrived } from './arrived.js';
import { toSink } from './to-sink.js';

/** For what is sent and hashed beside it: the library is in the package once. */
export { createSHA256 };

/** What is known of the file, and what is to be known of it. */
export interface SunkFile {
  /** Of the whole file; undefined before its first byte. */
  size?: number;
  /** What the sink has returned at its end. */
  result?: unknown;
  /** What it threw. */
  fault?: unknown;
}

/** What waits goes in pieces of this size at the most: for a disk as good as larger ones, and a short turn of the hash. */
const largestWrite = 1024 * 1024;

/**
 * One pulled file on its way into its sink: in order, one write at a time, and hashed beside it. What was not written yet waits here; how
 * much that is, the engine sees to. Loaded when a file is pulled into a sink.
 */
export class FileSink {
  readonly #sink: Sink;
  readonly #file: SunkFile;
  /** Told how many bytes of the file the sink has taken, and once more when it has finished; negative: it has failed. */
  readonly #tell: (total: number) => void;
  readonly #hash: Promise<IHasher> = createSHA256();
  readonly #arrived = new Arrived();
  #stored = 0;
  /** So much of the file is here without a gap. */
  #front = 0;
  #isWriting = false;
  #hasFailed = false;
  #isOver = false;
  /** Told when all is stored. */
  #allStored: (() => void) | undefined;

  /** @throws what a stream that is in use throws. */
  constructor(to: NonNullable<PullOptions['to']>, file: SunkFile, tell: (total: number) => void) {
    this.#sink = toSink(to);
    this.#file = file;
    this.#tell = tell;
  }

  /** Takes over the chunk; `front`: so much of the file is here without a gap. */
  put(chunk: Bytes, offset: number, front: number): void {
    if (this.#isOver || this.#hasFailed) return;
    this.#front = front;
    if (this.#isWriting || offset !== this.#stored) {
      this.#arrived.put(chunk, offset);
      if (!this.#isWriting && front > this.#stored) void this.#writeAll();
    } else {
      // Nothing waits for it, and so it need not be copied.
      this.#arrived.skip(chunk.length);
      void this.#writeAll(chunk);
    }
  }

  /** Lower-case hexadecimal SHA-256 of all, once it is written. */
  async digest(): Promise<string> {
    if (this.#stored < this.#size) {
      await new Promise<void>((resolve) => {
        this.#allStored = resolve;
      });
    }
    return (await this.#hash).digest();
  }

  async finish(): Promise<void> {
    await this.#attempt(async () => {
      const result = await this.#sink.finish();
      if (this.#isOver) return;
      this.#isOver = true;
      this.#file.result = result;
      this.#tell(this.#size);
    });
  }

  /** Does nothing after the sink has finished. */
  async abort(reason: unknown): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await this.#sink.abort(reason);
    } catch {
      // The transfer has failed already, and its reason is told.
    }
  }

  get #size(): number {
    return this.#file.size ?? 0;
  }

  async #writeAll(first?: Bytes): Promise<void> {
    this.#isWriting = true;
    let next = first;
    await this.#attempt(async () => {
      const hash = await this.#hash;
      while (next || this.#stored < this.#front) {
        const chunk = next ?? this.#arrived.take(Math.min(this.#front - this.#stored, largestWrite));
        next = undefined;
        const { length } = chunk;
        hash.update(chunk);
        await this.#sink.write(chunk, this.#stored);
        if (this.#isOver) return;
        this.#stored += length;
        this.#tell(this.#stored);
        if (this.#stored === this.#size) this.#allStored?.();
      }
    });
    this.#isWriting = false;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      // The engine ends the transfer, which aborts the sink.
      this.#hasFailed = true;
      if (this.#isOver) return;
      this.#file.fault = cause;
      this.#tell(-1);
    }
  }
}
