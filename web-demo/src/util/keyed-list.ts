import type { Collection, Keyed } from './collection.js';
import { onNextFrame } from './schedule.js';

export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
  /** Called when the row leaves the page: observers and the like are let go here. */
  dispose?(): void;
}

interface Options<Item> {
  readonly accepts?: (item: Item) => boolean;
  readonly newestFirst?: boolean;
  /** Called after rows were added, changed or removed. */
  readonly onFlush?: (shown: number) => void;
}

/** Shows the items of a collection as children of `list`, touching only rows that changed, once per frame. */
export class KeyedList<Item extends Keyed> {
  readonly #rows = new Map<string, Row<Item>>();
  readonly #changed = new Set<string>();

  constructor(
    private readonly list: HTMLElement,
    private readonly collection: Collection<Item>,
    private readonly build: (item: Item) => Row<Item>,
    private readonly options: Options<Item> = {},
  ) {
    collection.subscribe((key) => {
      this.#changed.add(key);
      onNextFrame(this.#flush);
    });
  }

  readonly #flush = (): void => {
    const added = document.createDocumentFragment();
    for (const key of this.#changed) {
      const item = this.collection.get(key);
      const row = this.#rows.get(key);
      if (!item || this.options.accepts?.(item) === false) {
        if (row) this.#remove(key, row);
        continue;
      }
      if (row) {
        row.update(item);
        continue;
      }
      const built = this.build(item);
      built.update(item);
      this.#rows.set(key, built);
      if (this.options.newestFirst) added.prepend(built.element);
      else added.append(built.element);
    }
    this.#changed.clear();
    if (this.options.newestFirst) this.list.prepend(added);
    else this.list.append(added);
    this.options.onFlush?.(this.#rows.size);
  };

  #remove(key: string, row: Row<Item>): void {
    this.#rows.delete(key);
    if (row.element.contains(document.activeElement)) moveFocusFrom(row.element);
    row.element.remove();
    row.dispose?.();
  }
}

/** Someone who works by keyboard would otherwise start again at the top of the page after each accepted file. */
function moveFocusFrom(row: HTMLElement): void {
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  const target =
    neighbour?.querySelector<HTMLElement>('button:not([disabled])') ??
    row.closest('section')?.querySelector<HTMLElement>('h2[tabindex]');
  target?.focus();
}
