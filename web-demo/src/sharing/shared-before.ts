import { RememberedList } from '../session/remembered.js';
import { Table } from '../util/database.js';
import { askToRead, mayRead, type AnyHandle } from '../util/pickers.js';
import { foundIn, type Found, type FoundFile } from './folder-in.js';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
// Each may be a folder.
const MAX_HANDLES = 200;

interface Row {
  readonly id: string;
  readonly tab: string;
  readonly at: number;
  readonly handle: AnyHandle;
  /** How many files were shared of it. */
  readonly count: number;
  /** Who alone was offered it. */
  readonly to: readonly string[] | undefined;
}

/** What is shared again, with whom it was shared. */
export interface SharedAgain extends Found {
  readonly to: readonly string[] | undefined;
}

/** A file that only a person can bring again. */
interface Loose {
  readonly name: string;
  readonly size: number;
}

const isLoose = (value: unknown): value is Loose =>
  typeof (value as Partial<Loose> | null)?.name === 'string' && typeof (value as Loose).size === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

const pathOf = ({ file, path }: FoundFile): string => path ?? file.name;

/** What this tab shares, so that it can share it again when it was reloaded. */
export class SharedBefore {
  readonly #rows = new Table<Row>('shared-handles');
  readonly #loose = new RememberedList<Loose>('shared-loose', isLoose);
  /** What was taken back of a folder whose handle is kept. */
  readonly #withdrawn = new RememberedList<string>('shared-withdrawn', isText);
  /** Where what is shared comes from; a row is undefined where there is no handle. */
  readonly #origins = new Map<File, { readonly path: string; readonly row: string | undefined }>();
  #waiting: Row[] = [];
  readonly #missing = new Map<string, Loose>();

  /** What waits, or is missing, has changed. */
  onChange: () => void = () => {};

  constructor(private readonly tab: string) {}

  /** Files that can be shared again once the person has allowed it. */
  get waiting(): number {
    return this.#waiting.reduce((sum, { count }) => sum + count, 0);
  }

  /** Names of those that have to be chosen again. */
  get missing(): string[] {
    return [...this.#missing.values()].map(({ name }) => name);
  }

  /** Somebody has just shared that, with everyone or with some. */
  async remember({ files, handle }: Found, to: readonly string[] | undefined): Promise<void> {
    const row = handle && crypto.randomUUID();
    for (const each of files) {
      const path = pathOf(each);
      this.#origins.set(each.file, { path, row });
      this.#withdrawn.delete(path);
      if (row === undefined) this.#loose.set(path, { name: path, size: each.file.size });
      else this.#loose.delete(path);
      if (this.#missing.delete(path)) this.onChange();
    }
    if (handle && row !== undefined) await this.#keep(row, handle, files.length, to);
  }

  /** It is not shared any more. */
  async forget(file: File): Promise<void> {
    const origin = this.#origins.get(file);
    if (!origin) return;
    this.#origins.delete(file);
    const others = [...this.#origins.values()];
    const { path, row } = origin;
    // Chosen again, another File has taken its place.
    if (others.some((other) => other.path === path)) return;
    if (row === undefined) this.#loose.delete(path);
    else if (others.some((other) => other.row === row)) this.#withdrawn.set(path, path);
    else await this.#rows.delete(row);
  }

  /** After a reload: what can be shared again at once. The rest waits for a click, or for somebody who chooses it. */
  async restore(): Promise<SharedAgain[]> {
    for (const [key, loose] of this.#loose.entries()) this.#missing.set(key, loose);
    await this.#expire();
    const rows = await this.#ofThisTab();
    const allowed = await Promise.all(rows.map(({ handle }) => mayRead(handle)));
    this.#waiting = rows.filter((_, index) => allowed[index] !== true);
    this.onChange();
    return this.#read(rows.filter((_, index) => allowed[index] === true));
  }

  /** Within a click. */
  async shareAgain(): Promise<SharedAgain[]> {
    const allowed: Row[] = [];
    for (const row of [...this.#waiting]) if (await askToRead(row.handle)) allowed.push(row);
    this.#waiting = this.#waiting.filter((row) => !allowed.includes(row));
    const found = await this.#read(allowed);
    this.onChange();
    return found;
  }

  /** None of it is to be shared again. */
  async dismiss(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    for (const key of this.#missing.keys()) this.#loose.delete(key);
    this.#missing.clear();
    this.onChange();
    for (const { id } of rows) await this.#rows.delete(id);
  }

  /** The page goes, and takes back all that it shares; that is not meant. */
  freeze(): void {
    this.#loose.freeze();
    this.#withdrawn.freeze();
    this.#origins.clear();
  }

  async #read(rows: readonly Row[]): Promise<SharedAgain[]> {
    const all: SharedAgain[] = [];
    for (const { id, handle, to } of rows) {
      try {
        const found = await foundIn(handle);
        const files = found.files.filter((each) => !this.#withdrawn.has(pathOf(each)));
        for (const each of files) this.#origins.set(each.file, { path: pathOf(each), row: id });
        all.push({ ...found, files, to });
      } catch {
        // It was deleted, or moved, or has become too large.
        this.#missing.set(handle.name, { name: handle.name, size: 0 });
        await this.#rows.delete(id);
      }
    }
    return all;
  }

  async #keep(id: string, handle: AnyHandle, count: number, to: Row['to']): Promise<void> {
    const rows = await this.#ofThisTab();
    const isSame = await Promise.all(rows.map((row) => handle.isSameEntry(row.handle)));
    const before = rows.find((_, index) => isSame[index]);
    const isForAll = to === undefined || (before && before.to === undefined);
    const audience = isForAll ? undefined : [...new Set([...(before?.to ?? []), ...to])];
    await this.#rows.put({ id, tab: this.tab, at: Date.now(), handle, count, to: audience });
    const surplus = rows.slice(0, Math.max(0, rows.length - MAX_HANDLES));
    for (const row of new Set(before ? [before, ...surplus] : surplus)) await this.#rows.delete(row.id);
  }

  async #ofThisTab(): Promise<Row[]> {
    return (await this.#rows.all()).filter(({ tab }) => tab === this.tab).sort((a, b) => a.at - b.at);
  }

  async #expire(): Promise<void> {
    const oldest = Date.now() - LIFETIME_MS;
    for (const { id, at } of await this.#rows.all()) if (at < oldest) await this.#rows.delete(id);
  }
}
