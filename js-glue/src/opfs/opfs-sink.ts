import type { Sink, SinkFile, SinkProgress } from '../api/sink.js';
import type { Bytes } from '../basics/bytes.js';
import { bytesOf, type LedgerEntry } from './ledger.js';
import type { Claim, OpfsFiles } from './opfs-files.js';
import { openPart, type PartWriter } from './part-writer.js';

/** What has to come once more, at the most, when the page is gone. */
const flushEvery = { bytes: 8 * 1024 * 1024, milliseconds: 2_000 };

/** The one that is being written. */
interface Part {
  number: number;
  writer: PartWriter;
  /** What is written of it, safe or not. */
  length: number;
  safeSince: number;
}

/**
 * One file on its way into the store, in parts: one after the other, and each pull that goes on begins a new one. So what is safe
 * of the file is never touched again.
 */
export class OpfsSink implements Sink {
  readonly #files: OpfsFiles;
  #file: SinkFile = { hash: undefined, size: 0 };
  #claim: Claim | undefined;
  /** What is safe of each part. */
  #parts: number[] = [];
  #part: Part | undefined;
  #hashState: SinkProgress['hashState'] = new Uint8Array();
  /** What was asked for last: one thing after the other, and the end after what is under way. */
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(files: OpfsFiles) {
    this.#files = files;
  }

  open(file: SinkFile): Promise<SinkProgress | undefined> {
    return this.#next(async () => {
      this.#file = file;
      this.#claim = await this.#files.claim(file);
      const { entry } = this.#claim;
      if (!entry) return undefined;
      this.#parts = [...entry.parts];
      this.#hashState = entry.hashState;
      return { at: bytesOf(entry), hashState: entry.hashState };
    });
  }

  write(chunk: Bytes, at: number, hashState: () => SinkProgress['hashState']): Promise<void> {
    return this.#next(async () => {
      const part = (this.#part ??= await this.#beginPart());
      await part.writer.write(chunk);
      part.length += chunk.length;
      const isLast = at + chunk.length === this.#file.size;
      const isMuch = part.length - (this.#parts[part.number] ?? 0) >= flushEvery.bytes;
      const isLong = performance.now() >= part.safeSince + flushEvery.milliseconds;
      if (isLast || isMuch || isLong) await this.#makeSafe(part, hashState());
    });
  }

  restart(): Promise<void> {
    return this.#next(async () => {
      await this.#endPart();
      this.#parts = [];
      const claim = this.#claimed;
      await this.#files.discard(claim.key);
      this.#claim = { ...claim, folder: await this.#files.folder(claim.key) };
    });
  }

  /** The bytes of its Blob are in no memory: they are those of the files. */
  finish(hash: string): Promise<Blob> {
    return this.#next(async () => {
      await this.#endPart();
      await this.#say({ hash, isWhole: true });
      const contents = await Promise.all(this.#parts.map((length, part) => this.#contentOf(part, length)));
      this.#end();
      return contents.length === 1 && contents[0] ? contents[0] : new Blob(contents);
    });
  }

  abort(): Promise<void> {
    return this.#close(({ key }) => this.#files.discard(key));
  }

  keep(): Promise<void> {
    return this.#close(async ({ key }) => {
      // The ledger has what is safe of it.
      if (this.#parts.length === 0 || this.#file.hash === undefined) await this.#files.discard(key);
    });
  }

  get #claimed(): Claim {
    if (!this.#claim) throw new Error('The file is not open.');
    return this.#claim;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(() => {
      if (this.#isOver) throw new DOMException('The transfer is over.', 'AbortError');
      return work();
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  #close(last: (claim: Claim) => Promise<void>): Promise<void> {
    return this.#next(async () => {
      try {
        await this.#endPart();
        if (this.#claim) await last(this.#claim);
      } finally {
        this.#end();
      }
    });
  }

  #end(): void {
    this.#isOver = true;
    this.#claim?.unlock();
  }

  async #beginPart(): Promise<Part> {
    const number = this.#parts.length;
    const handle = await this.#claimed.folder.getFileHandle(String(number), { create: true });
    return { number, length: 0, safeSince: performance.now(), writer: await openPart(handle) };
  }

  /** What is not safe of it is given up. */
  async #endPart(): Promise<void> {
    const part = this.#part;
    this.#part = undefined;
    await part?.writer.close();
  }

  /** First the bytes, then the word of them. */
  async #makeSafe(part: Part, hashState: SinkProgress['hashState']): Promise<void> {
    await part.writer.flush();
    this.#parts[part.number] = part.length;
    this.#hashState = hashState;
    part.safeSince = performance.now();
    const { hash } = this.#file;
    // Nobody could find it.
    if (hash !== undefined) await this.#say({ hash, isWhole: false });
    if (part.writer.isFull) await this.#endPart();
  }

  #say(what: Pick<LedgerEntry, 'hash' | 'isWhole'>): Promise<void> {
    const { size } = this.#file;
    const { key } = this.#claimed;
    return this.#files.note({
      ...what,
      key,
      size,
      parts: this.#parts,
      hashState: this.#hashState,
      changedAt: Date.now(),
    });
  }

  async #contentOf(part: number, length: number): Promise<Blob> {
    const file = await (await this.#claimed.folder.getFileHandle(String(part))).getFile();
    return file.size === length ? file : file.slice(0, length);
  }
}
