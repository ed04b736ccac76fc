interface IncomingFile {
  transferId: string;
  content?: Uint8Array<ArrayBuffer>;
}

/**
 * The pulled files, each with what has arrived of it.
 *
 * A file gets one buffer of its announced size with its first byte. A list of chunks would leave the peer in charge of our
 * memory: 15 MiB in messages of one byte are 15 million objects. The engine has bounded the size.
 */
export class IncomingFiles {
  readonly #files = new Map<number, IncomingFile>();

  add(transfer: number, transferId: string): void {
    this.#files.set(transfer, { transferId });
  }

  transferIdOf(transfer: number): string | undefined {
    return this.#files.get(transfer)?.transferId;
  }

  /** Throws a RangeError when there is no memory for the file. */
  store(transfer: number, chunk: ArrayBuffer, offset: number, size: number): void {
    const file = this.#files.get(transfer);
    if (!file) return;
    if (file.content === undefined) {
      if (offset === 0 && chunk.byteLength === size) {
        file.content = new Uint8Array(chunk);
        return;
      }
      file.content = new Uint8Array(size);
    }
    file.content.set(new Uint8Array(chunk), offset);
  }

  contentOf(transfer: number): Uint8Array<ArrayBuffer> {
    return this.#files.get(transfer)?.content ?? new Uint8Array(0);
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
