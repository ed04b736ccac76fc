import { createSHA256, type IHasher } from 'hash-wasm';
import type { PullOptions, Sink, SinkFile } from '../api/sink.js';
import type { Bytes } from '../basics/bytes.js';
import { Arrived } from './arrived.js';
import { toSink } from './to-sink.js';

/** For what is sent and hashed beside it: the library is in the package once. */
export { createSHA256 };

/** What is known of the file, and what is to be known of it. */
export interface SunkFile {
  /** Of the whole file; undefined before it is opened, or its first byte. */
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
  #arrived = new Arrived();
  #stored = 0;
  /** So much of the file is here without a gap. */
  #front = 0;
  #digest = '';
  #isOpened = false;
  /** Or beginning anew. */
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

  /** How much of it the sink has from before; undefined: it failed at that. */
  async open(file: SinkFile): Promise<number | undefined> {
    return (await this.#attempt(() => this.#open(file))) ? this.#stored : undefined;
  }

  /** What the sink has is of no use: the file comes from its beginning. */
  async restart(): Promise<void> {
    this.#isWriting = true;
    this.#arrived = new Arrived();
    this.#stored = this.#front = 0;
    await this.#attempt(() => this.#restart());
    this.#isWriting = false;
    if (this.#owes) void this.#writeAll();
  }

  /** Takes over the chunk; `front`: so much of the file is here without a gap. */
  put(chunk: Bytes, offset: number, front: number): void {
    if (this.#isOver || this.#hasFailed) return;
    this.#front = front;
    if (this.#isWriting || offset !== this.#stored) {
      this.#arrived.put(chunk, offset);
      if (!this.#isWriting && this.#owes) void this.#writeAll();
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
    this.#digest = (await this.#hash).digest();
    return this.#digest;
  }

  async finish(): Promise<void> {
    await this.#attempt(async () => {
      if (!this.#isOpened) await this.#open({ hash: undefined, size: this.#size });
      const result = await this.#sink.finish(this.#digest);
      if (this.#isOver) return;
      this.#isOver = true;
      this.#file.result = result;
      this.#tell(this.#size);
    });
  }

  /** Does nothing after the sink has finished. `isKept`: another pull of it may go on. */
  async abort(reason: unknown, isKept: boolean): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await (isKept && this.#sink.keep ? this.#sink.keep(reason) : this.#sink.abort(reason));
    } catch {
      // The transfer has failed already, and its reason is told.
    }
  }

  get #size(): number {
    return this.#file.size ?? 0;
  }

  get #owes(): boolean {
    return this.#stored < this.#front;
  }

  async #open(file: SinkFile): Promise<void> {
    this.#isOpened = true;
    // Of what is there whole no byte comes to say it.
    this.#file.size = file.size;
    const progress = await this.#sink.open?.(file);
    if (!progress) return;
    const { at, hashState } = progress;
    if (!Number.isSafeInteger(at) || at < 0 || at > file.size)
      throw new RangeError(`The sink has ${String(at)} bytes of it.`);
    try {
      (await this.#hash).load(hashState);
    } catch {
      // Of another version of the hash, for one.
      await this.#restart();
      return;
    }
    this.#stored = this.#front = at;
    this.#arrived.skip(at);
  }

  async #restart(): Promise<void> {
    (await this.#hash).init();
    await this.#sink.restart?.();
  }

  async #writeAll(first?: Bytes): Promise<void> {
    this.#isWriting = true;
    let next = first;
    await this.#attempt(async () => {
      const hash = await this.#hash;
      if (!this.#isOpened) await this.#open({ hash: undefined, size: this.#size });
      while (next || this.#owes) {
        const chunk = next ?? this.#arrived.take(Math.min(this.#front - this.#stored, largestWrite));
        next = undefined;
        const { length } = chunk;
        hash.update(chunk);
        await this.#sink.write(chunk, this.#stored, () => hash.save() as Bytes);
        if (this.#isOver) return;
        this.#stored += length;
        this.#tell(this.#stored);
        if (this.#stored === this.#size) this.#allStored?.();
      }
    });
    this.#isWriting = false;
  }

  /** Whether it went well. */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (cause) {
      this.#hasFailed = true;
      if (this.#isOver) return false;
      this.#file.fault = cause;
      // The engine ends the transfer, which aborts the sink.
      this.#tell(-1);
      return false;
    }
  }
}
