import { load, save } from './identity.js';

// A page that is reloaded after that has nobody who waits for it.
const LIFETIME_MS = 24 * 60 * 60 * 1000;
const SAVE_AFTER_MS = 200;
const MAX_REMEMBERED = 1_000;

interface Remembered<Item> {
  readonly item: Item;
  readonly at: number;
}

/** A list that this tab keeps through a reload: each item for a day, and no more of them than a page can show. */
export class RememberedList<Item> {
  readonly #items = new Map<string, Remembered<Item>>();
  #isSaved = true;
  #isFrozen = false;

  /** `isItem`: what was kept by an older version of the page may look different. */
  constructor(
    private readonly name: string,
    isItem: (value: unknown) => value is Item,
  ) {
    const kept = load(name);
    const oldest = Date.now() - LIFETIME_MS;
    for (const entry of Array.isArray(kept) ? (kept as unknown[]) : []) {
      const [key, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
      const { item, at } = (value ?? {}) as Partial<Remembered<unknown>>;
      if (typeof key === 'string' && isItem(item) && typeof at === 'number' && at >= oldest) {
        this.#items.set(key, { item, at });
      }
    }
  }

  entries(): [string, Item][] {
    return [...this.#items].map(([key, { item }]) => [key, item]);
  }

  has(key: string): boolean {
    return this.#items.has(key);
  }

  set(key: string, item: Item): void {
    if (this.#isFrozen) return;
    this.#items.set(key, { item, at: Date.now() });
    for (const [oldest] of this.#items) {
      if (this.#items.size <= MAX_REMEMBERED) break;
      this.#items.delete(oldest);
    }
    this.#saveSoon();
  }

  delete(key: string): void {
    if (!this.#isFrozen && this.#items.delete(key)) this.#saveSoon();
  }

  /** What the page's end does to it is not what is to be remembered. */
  freeze(): void {
    this.#save();
    this.#isFrozen = true;
  }

  /** A thousand files that come one after the other are not written a thousand times. */
  #saveSoon(): void {
    if (!this.#isSaved) return;
    this.#isSaved = false;
    setTimeout(() => this.#save(), SAVE_AFTER_MS);
  }

  #save(): void {
    if (this.#isSaved) return;
    this.#isSaved = true;
    save(this.name, this.#items.size === 0 ? undefined : [...this.#items]);
  }
}
