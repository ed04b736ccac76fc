import { OpfsStore } from 'peer-session/opfs';
import type { Sink } from 'peer-session/transfers';
import { openTabs } from '../session/identity.js';
import { Table } from '../util/database.js';
import { hasRoomFor, noRoom } from './room.js';

/** Whoever comes back after that has left. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;

export interface Content {
  readonly hash: string;
  readonly size: number;
}

/** A received file that lies in the browser's own file system. */
export interface KeptFile extends Content {
  readonly name: string;
  readonly path: string | undefined;
  readonly mime: string;
  readonly from: string;
}

const contentKey = ({ hash, size }: Content): string => `${hash}/${String(size)}`;

interface Row extends KeptFile {
  readonly id: string;
  readonly tab: string;
  readonly at: number;
}

/**
 * What was received into the origin-private file system: whose it is, and how it is read again after a reload. Contents are in one
 * store for all tabs; a content stays as long as one of them has a file of it, and that tab is open or was so within a day.
 */
export class KeptFiles {
  // Larger than any disk: files in the gallery must never make room for new ones by themselves.
  readonly #store = new OpfsStore({ name: 'demo-received', maxBytes: Number.MAX_SAFE_INTEGER });
  readonly #rows = new Table<Row>('received-files');
  /** Contents that this tab has in the store. */
  readonly #contents = new Set<string>();

  constructor(private readonly tab: string) {}

  /** False in windows that keep nothing, and where a page cannot write there. */
  static async areThere(): Promise<boolean> {
    try {
      await navigator.storage.getDirectory();
      return 'createWritable' in FileSystemFileHandle.prototype;
    } catch {
      return false;
    }
  }

  /** Where a pull goes that goes on after a reload. It has no room before what was left behind is given up for it. */
  sink(): Sink {
    const sink = this.#store.sink();
    const open = sink.open?.bind(sink);
    sink.open = async (file) => {
      const { hash, size } = file;
      if (hash !== undefined) await this.#makeRoom({ hash, size });
      return open?.(file);
    };
    const finish = sink.finish.bind(sink);
    sink.finish = async (hash) => {
      const blob = (await finish(hash)) as Blob;
      this.#contents.add(contentKey({ hash, size: blob.size }));
      return blob;
    };
    return sink;
  }

  /** Whether it lies here, whatever it is called. */
  hasContent(content: Content): boolean {
    return this.#contents.has(contentKey(content));
  }

  /** For what is not here yet of it. What was left behind by others counts as room. */
  async hasRoom({ hash, size }: Content): Promise<boolean> {
    const files = await this.#store.files();
    const owned = new Set((await this.#rows.all()).map((row) => row.hash));
    const here = files.find((file) => file.hash === hash && file.size === size)?.stored ?? 0;
    const left = files.filter((file) => file.hash !== hash && !owned.has(file.hash));
    return hasRoomFor(Math.max(0, size - here - left.reduce((sum, { stored }) => sum + stored, 0)));
  }

  /** Remembers it for this tab. */
  async add(file: KeptFile): Promise<void> {
    await this.#rows.put({ ...file, id: this.#id(file), tab: this.tab, at: Date.now() });
  }

  /** Of this tab, as it was before it was reloaded. */
  async restore(): Promise<{ readonly file: KeptFile; readonly blob: Blob }[]> {
    const rows = (await this.#rows.all()).filter(({ tab }) => tab === this.tab).sort((a, b) => a.at - b.at);
    const restored: { file: KeptFile; blob: Blob }[] = [];
    for (const file of rows) {
      const blob = await this.#read(file);
      if (blob) {
        this.#contents.add(contentKey(file));
        restored.push({ file, blob: blob.slice(0, blob.size, file.mime) });
      } else {
        await this.#rows.delete(file.id);
      }
    }
    return restored;
  }

  /** Its content goes with the last file of it. */
  async delete(file: Omit<KeptFile, 'mime' | 'from'>): Promise<void> {
    await this.#rows.delete(this.#id(file));
    const rows = await this.#rows.all();
    if (!rows.some((row) => row.tab === this.tab && contentKey(row) === contentKey(file))) {
      this.#contents.delete(contentKey(file));
    }
    if (!rows.some((row) => contentKey(row) === contentKey(file))) await this.#store.delete(file);
  }

  /** What tabs have left behind. */
  async expire(): Promise<void> {
    const open = await openTabs();
    const oldest = Date.now() - LIFETIME_MS;
    const isKept = ({ tab, at }: Row): boolean => at >= oldest || open.has(tab);
    const rows = await this.#rows.all();
    for (const row of rows) if (!isKept(row)) await this.#rows.delete(row.id);
    const owned = new Set(rows.filter(isKept).map(({ hash }) => hash));
    for (const file of await this.#store.files()) {
      if (file.changedAt < oldest && !owned.has(file.hash)) await this.#store.delete(file);
    }
  }

  /** Its bytes stay on the disk. */
  async #read({ hash, size }: Content): Promise<Blob | undefined> {
    const known = (await this.#store.files()).find((file) => file.hash === hash && file.size === size);
    if (known?.isWhole !== true) return undefined;
    const sink = this.#store.sink();
    if ((await sink.open?.({ hash, size }))?.at === size) return (await sink.finish(hash)) as Blob;
    await sink.abort(undefined);
    return undefined;
  }

  /** Parts of files that nobody has in a gallery go, the oldest first, but for those that are under way. */
  async #makeRoom({ hash, size }: Content): Promise<void> {
    const files = await this.#store.files();
    const needed = size - (files.find((file) => file.hash === hash && file.size === size)?.stored ?? 0);
    const fits = (): Promise<boolean> => hasRoomFor(needed);
    const owned = new Set((await this.#rows.all()).map((row) => row.hash));
    for (const file of files) {
      if (await fits()) return;
      if (file.hash !== hash && !owned.has(file.hash)) await this.#store.delete(file);
    }
    if (!(await fits())) throw noRoom();
  }

  #id({ hash, size, name, path }: Omit<KeptFile, 'mime' | 'from'>): string {
    return `${this.tab}/${hash}/${String(size)}/${path ?? name}`;
  }
}
