import type { SinkFile } from '../api/sink.js';
import { hasRoom, quotaExceeded } from '../sinks/quota.js';
import { bytesOf, Ledger, type LedgerEntry } from './ledger.js';
import { tryLock, type Unlock } from './lock.js';

/** A file of the store that one transfer has for itself. */
export interface Claim {
  key: string;
  folder: FileSystemDirectoryHandle;
  /** What the ledger has of it, if the files say so too. */
  entry: LedgerEntry | undefined;
  unlock: Unlock;
}

/** Of all files together: bytes, each with its whole size, and milliseconds. */
export interface Bounds {
  maxBytes: number;
  maxAge: number;
}

/** The folders of a store, one for each file, and what is safe in them. */
export class OpfsFiles {
  readonly #name: string;
  readonly #bounds: Bounds;
  readonly #ledger: Ledger;
  #swept: Promise<void> | undefined;

  constructor(name: string, bounds: Bounds) {
    this.#name = name;
    this.#bounds = bounds;
    this.#ledger = new Ledger(name);
  }

  /** The oldest first. */
  all(): Promise<LedgerEntry[]> {
    return this.#ledger.all();
  }

  /**
   * Has the file for one transfer, and room for the rest of it.
   *
   * @throws DOMException `QuotaExceededError` where there is none.
   */
  async claim({ hash, size }: SinkFile): Promise<Claim> {
    await (this.#swept ??= this.#sweep().catch((cause: unknown) => {
      this.#swept = undefined;
      throw cause;
    }));
    const known = hash === undefined ? undefined : ((await this.find(hash, size))?.key ?? `${hash}-${String(size)}`);
    const shared = known === undefined ? undefined : await this.#lock(known);
    // Without a hash nobody could go on with it; and what another transfer writes, this one writes once more, for itself.
    const key = shared && known !== undefined ? known : `once-${crypto.randomUUID()}`;
    const unlock = shared ?? (await this.#lock(key));
    if (!unlock) throw new Error('The file is in use.');
    try {
      const entry = await this.#sound(key);
      // One at a time, so that no two take the same room.
      await navigator.locks.request(this.#name, async () => {
        await this.#makeRoom(key, size, entry ? bytesOf(entry) : 0);
        const reserved = { parts: [], hashState: new Uint8Array(), isWhole: false };
        await this.note({ ...reserved, ...entry, key, hash: shared && hash ? hash : '', size, changedAt: Date.now() });
      });
      return { key, folder: await this.folder(key), entry, unlock };
    } catch (cause) {
      unlock();
      throw cause;
    }
  }

  /** Of that file; made where there is none. */
  async folder(key: string): Promise<FileSystemDirectoryHandle> {
    return (await this.#root()).getDirectoryHandle(key, { create: true });
  }

  /** All but those that are in use. */
  async removeAll(): Promise<void> {
    await Promise.all((await this.all()).map(({ key }) => this.remove(key)));
    await this.#sweep();
  }

  /** It is safe. */
  note(entry: LedgerEntry): Promise<void> {
    return this.#ledger.put(entry);
  }

  /** What was written of it is worth nothing. */
  async discard(key: string): Promise<void> {
    await this.#ledger.remove(key);
    await this.#removeFolder(key);
  }

  async find(hash: string, size: number): Promise<LedgerEntry | undefined> {
    return (await this.all()).find((entry) => entry.hash === hash && entry.size === size);
  }

  #lock(key: string): Promise<Unlock | undefined> {
    return tryLock(`${this.#name} ${key}`);
  }

  async #root(): Promise<FileSystemDirectoryHandle> {
    return (await navigator.storage.getDirectory()).getDirectoryHandle(this.#name, { create: true });
  }

  /** The browser, or its user, may have deleted files without the ledger. */
  async #sound(key: string): Promise<LedgerEntry | undefined> {
    const entry = await this.#ledger.find(key);
    if (!entry || entry.parts.length === 0) return undefined;
    try {
      const folder = await (await this.#root()).getDirectoryHandle(key);
      for (const [part, length] of entry.parts.entries()) {
        const { size } = await (await folder.getFileHandle(String(part))).getFile();
        if (size < length) throw new RangeError('A part is shorter than it was.');
      }
      return entry;
    } catch {
      await this.discard(key);
      return undefined;
    }
  }

  /** The oldest files make room, unless a transfer is writing them. */
  async #makeRoom(key: string, size: number, stored: number): Promise<void> {
    const others = (await this.all()).filter((entry) => entry.key !== key);
    let kept = others.reduce((sum, entry) => sum + entry.size, 0);
    const { maxBytes } = this.#bounds;
    if (size > maxBytes) throw quotaExceeded(size);
    const fits = async (): Promise<boolean> => kept + size <= maxBytes && hasRoom(size - stored);
    for (const oldest of others) {
      if (await fits()) return;
      if (await this.remove(oldest.key)) kept -= oldest.size;
    }
    if (!(await fits())) throw quotaExceeded(size - stored);
  }

  /** What is too old, what nobody could go on with, and what no ledger knows. */
  async #sweep(): Promise<void> {
    const entries = await this.all();
    const oldest = Date.now() - this.#bounds.maxAge;
    const isKept = ({ hash, changedAt }: LedgerEntry): boolean => hash !== '' && changedAt >= oldest;
    const kept = new Set(entries.filter(isKept).map(({ key }) => key));
    const keys = new Set(entries.map(({ key }) => key));
    for await (const name of namesIn(await this.#root())) keys.add(name);
    for (const key of keys) {
      if (!kept.has(key)) await this.remove(key);
    }
  }

  /** False when it is in use. */
  async remove(key: string): Promise<boolean> {
    const unlock = await this.#lock(key);
    if (!unlock) return false;
    try {
      await this.discard(key);
      return true;
    } finally {
      unlock();
    }
  }

  async #removeFolder(key: string): Promise<void> {
    try {
      await (await this.#root()).removeEntry(key, { recursive: true });
    } catch {
      // There is none, or one of its files is open: what the ledger does not know is swept later.
    }
  }
}

/** TypeScript knows them only of another library. */
function namesIn(folder: FileSystemDirectoryHandle): AsyncIterable<string> {
  return (folder as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }).keys();
}
