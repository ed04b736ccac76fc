import type { Bytes } from '../basics/bytes.js';
import { BlobReader } from '../files/blob-reader.js';
import type { Origin, OriginParts, Source } from '../transfers/ports.js';
import { Fault } from './fault.js';

/** How reading a file fails that is not there any more as it was: browsers' words, and that of a size that is another one. */
const changedNames = ['NotReadableError', 'NotFoundError', 'RangeError'];

/**
 * A Blob, or a file on a disk, which may change: then it is read no further. A file behind a handle is compared with what it was, before
 * the first byte of each pull and behind the last; of one without, browsers fail to read what has changed.
 */
export class BlobOrigin implements Origin {
  readonly blob: Blob;
  readonly #size: number;
  readonly #date: number | undefined;
  readonly #handle: FileSystemFileHandle | undefined;

  constructor(blob: Blob, handle?: FileSystemFileHandle) {
    this.blob = blob;
    this.#size = blob.size;
    this.#date = (blob as Partial<File>).lastModified;
    this.#handle = handle;
  }

  get parts(): OriginParts {
    return { file: this.blob, handle: this.#handle, isHashed: false };
  }

  /** It is a file on a disk. */
  get mayChange(): boolean {
    return this.#date !== undefined;
  }

  open(start: number): Source {
    return new BlobSource(this, start);
  }

  /** Rejects when it is another than it was, or gone. */
  async check(): Promise<void> {
    const now: Partial<File> = (await this.#handle?.getFile()) ?? this.blob;
    if (now.size !== this.#size || now.lastModified !== this.#date) throw new Fault('file-changed');
  }

  /** What reading it has thrown, in the engine's words. A Blob that is no file cannot change. */
  async explain(cause: unknown): Promise<Fault> {
    if (cause instanceof Fault) return cause;
    const { name = '' } = (cause ?? {}) as Partial<Error>;
    if (!this.mayChange) return new Fault('unreadable', cause);
    if (changedNames.includes(name)) return new Fault('file-changed', cause);
    try {
      // A stream's error may not say so, but the file does.
      await this.check();
      if (this.#size > 0) await new BlobReader(this.blob.slice(0, 1)).readTo(1);
      return new Fault('unreadable', cause);
    } catch (proof) {
      return new Fault('file-changed', proof instanceof Fault ? cause : proof);
    }
  }
}

class BlobSource implements Source {
  readonly #origin: BlobOrigin;
  readonly #start: number;
  #reader: BlobReader | undefined;

  constructor(origin: BlobOrigin, start: number) {
    this.#origin = origin;
    this.#start = start;
  }

  async readTo(end: number): Promise<number> {
    try {
      if (!this.#reader) await this.#origin.check();
      this.#reader ??= new BlobReader(this.#origin.blob, this.#start);
      await this.#reader.readTo(end);
      if (end === this.#origin.blob.size) await this.#origin.check();
      return end;
    } catch (cause) {
      throw await this.#origin.explain(cause);
    }
  }

  take(length: number): Bytes {
    return this.#reader?.take(length) ?? new Uint8Array(0);
  }

  cancel(): void {
    this.#reader?.cancel();
  }
}
