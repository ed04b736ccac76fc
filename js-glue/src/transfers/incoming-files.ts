import type { Bytes } from '../basics/bytes.js';
import type { FileSink } from '../sinks/file-sink.js';
import type { Hash, Store } from './ports.js';

/** What is known of a pulled file. */
export interface IncomingFile {
  transferId: string;
  store?: Store;
  /** In its place, once it is loaded. */
  sink?: Promise<FileSink | undefined>;
  /** Of the whole file. */
  size?: number;
  /** What its sink has made of it. */
  result?: unknown;
  /** Of the content, where some of it was here before. */
  hash?: string;
  /** Once it is whole. */
  content?: Bytes;
  /** What keeping or hashing it threw. */
  fault?: unknown;
}

/** The pulled files, each with what has arrived of it. */
export class IncomingFiles {
  readonly #makeStore: (size: number) => Store;
  readonly #files = new Map<number, IncomingFile>();
  /** Pulled, and the end not told. */
  readonly #ids = new Set<string>();

  constructor(makeStore: (size: number) => Store) {
    this.#makeStore = makeStore;
  }

  /** Undefined when it was pulled already, and its end not told. */
  add(transfer: number, transferId: string): IncomingFile | undefined {
    if (this.#ids.has(transferId)) return undefined;
    this.#ids.add(transferId);
    const file = { transferId };
    this.#files.set(transfer, file);
    return file;
  }

  /** Its end is told now, and it may be pulled anew. */
  forget(transferId: string): void {
    this.#ids.delete(transferId);
  }

  get(transfer: number): IncomingFile | undefined {
    return this.#files.get(transfer);
  }

  transferIdOf(transfer: number): string | undefined {
    return this.#files.get(transfer)?.transferId;
  }

  /** Takes over the chunk. False when there is no room for the file. */
  store(transfer: number, chunk: Bytes, offset: number, size: number): boolean {
    const file = this.#files.get(transfer);
    if (!file) return true;
    try {
      file.store ??= this.#makeStore(size);
      file.store.put(chunk, offset);
      return true;
    } catch (cause) {
      file.fault = cause;
      return false;
    }
  }

  /** What was here before it was asked for, under that hash. */
  adopt(transfer: number, store: Store, hash: string): void {
    const file = this.#files.get(transfer);
    if (file) Object.assign(file, { store, hash });
  }

  /** What was here is not what its hash says: it comes anew. Returns that hash. */
  discard(transfer: number): string | undefined {
    const file = this.#files.get(transfer);
    delete file?.store;
    delete file?.content;
    return file?.hash;
  }

  /** SHA-256 of what has arrived; empty when it cannot be computed. */
  async hash(transfer: number, hash: Hash): Promise<string> {
    const file = this.#files.get(transfer);
    try {
      if (file?.sink) return (await (await file.sink)?.digest()) ?? '';
      const content = (await file?.store?.content()) ?? new Uint8Array(0);
      if (file) file.content = content;
      return await hash(content);
    } catch (cause) {
      if (file) file.fault = cause;
      return '';
    }
  }

  remove(transfer: number): IncomingFile | undefined {
    const file = this.#files.get(transfer);
    this.#files.delete(transfer);
    return file;
  }

  /** Every id that is still owed an end. */
  removeAll(): IncomingFile[] {
    const files = [...this.#files.values()];
    this.#files.clear();
    return files;
  }
}
