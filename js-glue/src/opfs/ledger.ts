import type { SinkProgress } from '../api/sink.js';

/** What is safe of a file. */
export interface LedgerEntry {
  /** Its folder. */
  key: string;
  /** Lower-case hexadecimal SHA-256; empty where it is not known, or another transfer writes the file for others to go on with. */
  hash: string;
  /** Of the whole file, in bytes. */
  size: number;
  /** Bytes of each part. Its file may have more. None: the room is reserved. */
  parts: number[];
  /** Behind all parts. */
  hashState: SinkProgress['hashState'];
  /** All of it is there, and is what its hash says. */
  isWhole: boolean;
  /** Milliseconds since the epoch. */
  changedAt: number;
}

export const bytesOf = ({ parts }: LedgerEntry): number => parts.reduce((sum, length) => sum + length, 0);

const tableName = 'files';

/** What is said here of files outlives page and browser. In IndexedDB, where a change takes effect whole or not at all. */
export class Ledger {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async find(key: string): Promise<LedgerEntry | undefined> {
    return (await this.#run('readonly', (table) => table.get(key))) as LedgerEntry | undefined;
  }

  /** Oldest first. */
  async all(): Promise<LedgerEntry[]> {
    const entries = (await this.#run('readonly', (table) => table.getAll())) as LedgerEntry[];
    return entries.sort((one, other) => one.changedAt - other.changedAt);
  }

  async put(entry: LedgerEntry): Promise<void> {
    await this.#run('readwrite', (table) => table.put(entry));
  }

  async remove(key: string): Promise<void> {
    await this.#run('readwrite', (table) => table.delete(key));
  }

  async #run(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(tableName, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(tableName));
      transaction.oncomplete = () => {
        resolve(request.result);
      };
      transaction.onabort = () => {
        reject(transaction.error ?? new Error('The ledger took no change.'));
      };
    });
  }

  /** Once; anew after the browser closed it, as when its data were cleared. */
  #open(): Promise<IDBDatabase> {
    const forget = (): void => {
      this.#database = undefined;
    };
    this.#database ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(tableName, { keyPath: 'key' satisfies keyof LedgerEntry });
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = forget;
        database.onversionchange = () => {
          database.close();
          forget();
        };
        resolve(database);
      };
      request.onerror = () => {
        forget();
        reject(request.error ?? new Error('The ledger cannot be opened.'));
      };
    });
    return this.#database;
  }
}
