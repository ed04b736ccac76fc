import { PeerSessionError } from '../api/errors.js';
import type { TransfersSnapshot, TransfersStore, TransferView } from '../api/transfers-store.js';
import type { IncomingFile, Offer, Pull, TransferProgress } from '../api/transfers.js';
import { onRejection } from '../basics/thenable.js';
import { OwnOffer } from './own-offer.js';
import { RunningPull } from './running-pull.js';
import { itemsOf, type Transfers } from './transfers.js';

const mostEnded = 1_000;

type Item = Offer | Pull<unknown>;

/** The views of one kind of transfer, by what they are of. */
class Views<I extends Item> {
  readonly #views = new Map<Item, TransferView<I>>();
  #list: readonly TransferView<I>[] | undefined;

  /** The same one as long as none has changed. The oldest of what is over has given way. */
  get list(): readonly TransferView<I>[] {
    if (!this.#list) {
      const views = [...this.#views.values()];
      const over = views.filter(({ state }) => isOver(state));
      for (const { item } of over.slice(0, -mostEnded)) this.#views.delete(item);
      this.#list = over.length > mostEnded ? [...this.#views.values()] : views;
    }
    return this.#list;
  }

  get(item: I): TransferView<I> | undefined {
    return this.#views.get(item);
  }

  set(item: I, view: TransferView<I>): void {
    this.#views.set(item, view);
    this.#list = undefined;
  }

  dismiss(fits: (view: TransferView<I>) => boolean): void {
    for (const [item, view] of this.#views) if (isOver(view.state) && fits(view)) this.#views.delete(item);
    this.#list = undefined;
  }
}

const isOver = (state: string): boolean => ['delivered', 'done', 'failed'].includes(state);

/** Listens to one `Transfers` for as long as that lives; follows the progress of transfers while anybody listens to it. */
class Store implements TransfersStore {
  readonly #transfers: Transfers;
  readonly #offers = new Views<Offer>();
  readonly #pulls = new Views<Pull<unknown>>();
  readonly #incoming = new Map<string, { id: string; item: IncomingFile; state: IncomingFile['state'] }>();
  readonly #listeners = new Set<() => void>();
  /** Whose progress is followed. */
  readonly #followed = new Set<Item>();
  #snapshot: TransfersSnapshot | undefined;
  #isToldSoon = false;

  constructor(transfers: Transfers) {
    this.#transfers = transfers;
    transfers.addEventListener('statechange', () => {
      this.#changed();
    });
    transfers.addEventListener('change', ({ item }) => {
      this.#noteItem(item);
    });
    for (const item of itemsOf(transfers)) this.#noteItem(item);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // Each call counts, also with the same function.
    const own = (): void => listener();
    this.#listeners.add(own);
    for (const views of [this.#offers, this.#pulls]) for (const { item } of views.list) this.#follow(item);
    return () => {
      this.#listeners.delete(own);
    };
  };

  readonly getSnapshot = (): TransfersSnapshot =>
    (this.#snapshot ??= {
      state: this.#transfers.state,
      offers: this.#offers.list,
      incoming: [...this.#incoming.values()],
      pulls: this.#pulls.list,
    });

  readonly dismiss = (id?: string): void => {
    for (const views of [this.#offers, this.#pulls]) views.dismiss((view) => id === undefined || view.id === id);
    this.#changed();
  };

  #noteItem(item: Item | IncomingFile): void {
    if (item instanceof OwnOffer) this.#note(this.#offers, item, item.id, item.done);
    else if (item instanceof RunningPull) this.#note(this.#pulls, item, item.file.id, item);
    else this.#noteIncoming(item as IncomingFile);
  }

  #noteIncoming(item: IncomingFile): void {
    const { id, state } = item;
    if (state === 'offered') this.#incoming.set(id, { id, item, state });
    else this.#incoming.delete(id);
    this.#changed();
  }

  #note<I extends Item>(views: Views<I>, item: I, id: string, end: PromiseLike<unknown>): void {
    const before = views.get(item);
    const state = item.state as TransferView<I>['state'];
    views.set(item, { id, item, state, progress: before?.progress, error: before?.error });
    if (!before) {
      onRejection(end, (error) => {
        const view = views.get(item);
        if (!view || !(error instanceof PeerSessionError)) return;
        views.set(item, { ...view, error });
        this.#changed();
      });
    }
    this.#changed();
    this.#follow(item);
  }

  #follow(item: Item): void {
    const isUnderWay = item.state === 'pulled' || item.state === 'receiving' || item.state === 'paused';
    if (!isUnderWay || this.#listeners.size === 0 || this.#followed.has(item)) return;
    this.#followed.add(item);
    void this.#tellProgress(item);
  }

  async #tellProgress(item: Item): Promise<void> {
    for await (const progress of item.progress()) {
      if (item instanceof OwnOffer) this.#progressed(this.#offers, item, progress);
      else this.#progressed(this.#pulls, item as Pull<unknown>, progress);
      if (this.#listeners.size === 0) break;
    }
    this.#followed.delete(item);
  }

  #progressed<I extends Item>(views: Views<I>, item: I, progress: TransferProgress): void {
    const view = views.get(item);
    if (!view) return;
    views.set(item, { ...view, progress });
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = undefined;
    if (this.#isToldSoon) return;
    this.#isToldSoon = true;
    queueMicrotask(() => {
      this.#isToldSoon = false;
      for (const listener of [...this.#listeners]) tell(listener);
    });
  }
}

/** One that throws is reported as the platform reports those of events, and the others are told. */
function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

const stores = new WeakMap<Transfers, Store>();

/**
 * What a page shows of that `Transfers`, for frameworks: the same store at each call. It
 * lives as long as the `Transfers`, and holds nothing for those who have unsubscribed.
 *
 * @example
 * ```ts
 * const { subscribe, getSnapshot } = storeOf(transfers);
 * ```
 */
export function storeOf(transfers: Transfers): TransfersStore {
  const there = stores.get(transfers) ?? new Store(transfers);
  stores.set(transfers, there);
  return there;
}
