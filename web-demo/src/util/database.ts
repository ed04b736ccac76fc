const DATABASE = 'peer-session-demo';
const TABLES = ['shared-handles', 'received-files'] as const;

/** One table of what the page remembers, by `id`. Handles and Blobs can be kept there, as nowhere else. */
export class Table<Row extends { readonly id: string }> {
  static #database: Promise<IDBDatabase> | undefined;

  constructor(private readonly name: (typeof TABLES)[number]) {}

  all(): Promise<Row[]> {
    return this.#run('readonly', (rows) => rows.getAll() as IDBRequest<Row[]>);
  }

  async put(row: Row): Promise<void> {
    await this.#run('readwrite', (rows) => rows.put(row));
  }

  async delete(id: string): Promise<void> {
    await this.#run('readwrite', (rows) => rows.delete(id));
  }

  async #run<T>(mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await (Table.#database ??= open());
    const transaction = database.transaction(this.name, mode);
    const request = work(transaction.objectStore(this.name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser gave up its database.'));
    });
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      for (const table of TABLES) request.result.createObjectStore(table, { keyPath: 'id' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser has no database.'));
  });
}
