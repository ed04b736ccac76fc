export interface Keyed {
  readonly key: string;
}

/** Items by key, in the order they came, that tells its listeners which key has changed. */
export class Collection<Item extends Keyed> {
  readonly #items = new Map<string, Item>();
  readonly #listeners = new Set<(key: string) => void>();

  get size(): number {
    return this.#items.size;
  }

  get(key: string): Item | undefined {
    return this.#items.get(key);
  }

  /** The key that was added first. */
  get oldest(): string | undefined {
    return this.#items.keys().next().value;
  }

  values(): Item[] {
    return [...this.#items.values()];
  }

  set(item: Item): void {
    this.#items.set(item.key, item);
    this.#notify(item.key);
  }

  /** Replaces some fields of an item, if it is still there. */
  patch(key: string, fields: Partial<Omit<Item, 'key'>>): void {
    const item = this.#items.get(key);
    if (item) this.set({ ...item, ...fields });
  }

  delete(key: string): void {
    if (this.#items.delete(key)) this.#notify(key);
  }

  deleteWhere(matches: (item: Item) => boolean): void {
    for (const item of this.values()) if (matches(item)) this.delete(item.key);
  }

  /** Returns what ends it. */
  subscribe(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #notify(key: string): void {
    for (const listener of this.#listeners) listener(key);
  }
}
