import { storeSettings, type Sink, type SinkStore, type StoreSettings } from '../api/sink.js';
import { bytesOf } from './ledger.js';
import { OpfsFiles } from './opfs-files.js';
import { OpfsSink } from './opfs-sink.js';

/** Everything is optional. */
export interface OpfsStoreOptions {
  /**
   * Of its folder in the origin-private file system and of its database: stores of one name are one store, in all pages and Workers of
   * the origin. Default `peer-session`.
   */
  name?: string;
  /** Of all files together, each with its whole size, and never more than the browser grants. Default 32 GiB. */
  maxBytes?: number;
  /** How long a file is kept that nobody goes on with, in milliseconds. Default 7 days. */
  maxAge?: number;
}

/** What the store has of a file. */
export interface StoredFile {
  /** Lower-case hexadecimal SHA-256 of the whole file. */
  hash: string;
  /** Of the whole file, in bytes. */
  size: number;
  /** Bytes of it that are safe. */
  stored: number;
  /** All of it is there, and verified. */
  isWhole: boolean;
  /** When something was last written to it, in milliseconds since the epoch. */
  changedAt: number;
}

const GiB = 1024 ** 3;
const day = 24 * 60 * 60 * 1000;

/**
 * Pulled files in the browser's origin-private file system, where they outlive the page: one that was interrupted by a lost
 * connection, a reload, a crash or a killed browser goes on where it was, with whatever peer has the same content.
 *
 * What arrives is made safe every 8 MiB or 2 s. The `result` of the `received` event is a Blob that lies in the store: save it
 * elsewhere, then `delete` it. It is kept no longer than there is room: the oldest files go first.
 *
 * @example
 * ```ts
 * if (type === 'offer-file') bob.pullFile(offer.transferId, { to: store });
 * ```
 */
export class OpfsStore implements SinkStore {
  /** @internal */
  readonly [storeSettings]: StoreSettings;
  readonly #files: OpfsFiles;

  /** Nothing happens before the first file is pulled into it. */
  constructor({ name = 'peer-session', maxBytes = 32 * GiB, maxAge = 7 * day }: OpfsStoreOptions = {}) {
    this[storeSettings] = { name, maxBytes, maxAge };
    this.#files = new OpfsFiles(name, { maxBytes, maxAge });
  }

  /** For one file. */
  sink(): Sink {
    return new OpfsSink(this.#files);
  }

  /** What there is, the oldest first. */
  async files(): Promise<StoredFile[]> {
    const entries = (await this.#files.all()).filter(({ hash }) => hash !== '');
    return entries.map((entry) => {
      const { hash, size, isWhole, changedAt } = entry;
      return { hash, size, stored: bytesOf(entry), isWhole, changedAt };
    });
  }

  /** Deletes that file. False when a transfer is writing it. */
  async delete({ hash, size }: Pick<StoredFile, 'hash' | 'size'>): Promise<boolean> {
    const entry = await this.#files.find(hash, size);
    return !entry || this.#files.remove(entry.key);
  }

  /** Deletes all files but those that transfers are writing. */
  async clear(): Promise<void> {
    await this.#files.removeAll();
  }
}
