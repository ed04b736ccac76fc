import type { Bytes } from '../basics/bytes.js';

/** What TypeScript knows only of its library for Workers. */
interface SyncAccessHandle {
  write(bytes: Bytes, options: { at: number }): number;
  flush(): void;
  truncate(size: number): void;
  close(): void;
}

/** Writes one part of a file, from its beginning on. One call at a time. */
export interface PartWriter {
  /** After a flush: what comes next belongs into another part. */
  readonly isFull: boolean;
  write(bytes: Bytes): unknown;
  /** What was written is safe when this has settled. */
  flush(): unknown;
  /** What was not flushed may be lost. Nothing may follow. */
  close(): unknown;
}

/** By what can be done here: synchronous access is of dedicated Workers only. What the part has had is overwritten. */
export async function openPart(handle: FileSystemFileHandle): Promise<PartWriter> {
  if (!('createSyncAccessHandle' in handle)) return new StreamedPart(handle);
  const open = handle.createSyncAccessHandle as () => Promise<SyncAccessHandle>;
  return new SyncPart(await open.call(handle));
}

class SyncPart implements PartWriter {
  readonly isFull = false;
  readonly #file: SyncAccessHandle;
  #length = 0;

  constructor(file: SyncAccessHandle) {
    this.#file = file;
    file.truncate(0);
  }

  write(bytes: Bytes): void {
    for (let rest = bytes; rest.length > 0;) {
      const written = this.#file.write(rest, { at: this.#length });
      if (written <= 0) throw new DOMException('The disk takes nothing more.', 'QuotaExceededError');
      this.#length += written;
      rest = rest.subarray(written);
    }
  }

  flush(): void {
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }
}

/** With each flush the platform copies what the part has so far. */
const largestStreamed = 8 * 1024 * 1024;

/** What a stream writes is nowhere before it is closed, and then whole. */
class StreamedPart implements PartWriter {
  readonly #handle: FileSystemFileHandle;
  #stream: FileSystemWritableFileStream | undefined;
  #length = 0;

  constructor(handle: FileSystemFileHandle) {
    this.#handle = handle;
  }

  get isFull(): boolean {
    return this.#length >= largestStreamed;
  }

  async write(bytes: Bytes): Promise<void> {
    this.#stream ??= await this.#open();
    await this.#stream.write(bytes);
    this.#length += bytes.length;
  }

  async flush(): Promise<void> {
    await this.#stream?.close();
    this.#stream = undefined;
  }

  async close(): Promise<void> {
    await this.#stream?.abort();
  }

  async #open(): Promise<FileSystemWritableFileStream> {
    const stream = await this.#handle.createWritable({ keepExistingData: this.#length > 0 });
    await stream.seek(this.#length);
    return stream;
  }
}
