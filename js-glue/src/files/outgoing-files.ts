import type { PeerSessionError } from '../errors.js';
import { BlobReader } from './blob-reader.js';

export interface OutgoingFile {
  transferId: string;
  /** Why it ended, when it ended badly. */
  error?: PeerSessionError | undefined;
  reader: BlobReader;
}

/** The offered files, and what was read ahead of them; the engine bounds how much. */
export class OutgoingFiles {
  readonly #files = new Map<number, OutgoingFile>();

  add(transfer: number, transferId: string, blob: Blob): OutgoingFile {
    const file: OutgoingFile = { transferId, reader: new BlobReader(blob) };
    this.#files.set(transfer, file);
    return file;
  }

  /** Undefined when the offer is over. */
  find(transfer: number): OutgoingFile | undefined {
    return this.#files.get(transfer);
  }

  remove(transfer: number): OutgoingFile | undefined {
    const file = this.#files.get(transfer);
    this.#files.delete(transfer);
    file?.reader.cancel();
    return file;
  }

  /** All that had not ended. */
  removeAll(): OutgoingFile[] {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const { reader } of files) reader.cancel();
    return files;
  }
}
