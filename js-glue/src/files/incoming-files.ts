import type { Digest } from '../options.js';
import { sha256 } from './sha256.js';

/** What is known of a pulled file. */
export interface IncomingFile {
  transferId: string;
  content?: Uint8Array<ArrayBuffer>;
  /** What keeping or hashing it threw. */
  fault?: unknown;
}

/**
 * The pulled files, each with what has arrived of it.
 *
 * A file gets one buffer of its announced size with its first byte. A list of chunks would leave the peer in charge of our
 * memory: 15 MiB in messages of one byte are 15 million objects. The engine has bounded the size.
 */
export class IncomingFiles {
  readonly #files = new Map<number, IncomingFile>();
  /** Pulled, and the end not told. */
  readonly #ids = new Set<string>();

  /** False when it was pulled already, and its end not told. */
  add(transfer: number, transferId: string): boolean {
    if (this.#ids.has(transferId)) return false;
    this.#ids.add(transferId);
    this.#files.set(transfer, { transferId });
    return true;
  }

  /** Its end is told now, and it may be pulled anew. */
  forget(transferId: string): void {
    this.#ids.delete(transferId);
  }

  transferIdOf(transfer: number): string | undefined {
    return this.#files.get(transfer)?.transferId;
  }

  /** Takes over the chunk. False when there is no memory for the file. */
  store(transfer: number, chunk: Uint8Array<ArrayBuffer>, offset: number, size: number): boolean {
    const file = this.#files.get(transfer);
    if (!file) return true;
    try {
      if (file.content === undefined && offset === 0 && chunk.length === size) {
        file.content = chunk;
        return true;
      }
      file.content ??= new Uint8Array(size);
      file.content.set(chunk, offset);
      return true;
    } catch (cause) {
      file.fault = cause;
      return false;
    }
  }

  contentOf(transfer: number): Uint8Array<ArrayBuffer> {
    return this.#files.get(transfer)?.content ?? new Uint8Array(0);
  }

  /** SHA-256 of what has arrived; empty when it cannot be computed. */
  async hash(transfer: number, digest: Digest | undefined): Promise<string> {
    try {
      return await sha256(this.contentOf(transfer), digest);
    } catch (cause) {
      const file = this.#files.get(transfer);
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
