import { PeerSessionError } from '../api/errors.js';
import type { Clock } from '../api/options.js';
import type { Offer, OfferState, TransferProgress } from '../api/transfers.js';
import { Deferred } from '../basics/deferred.js';
import { disposeSymbol } from '../basics/dispose.js';
import { ProgressFeed } from './progress-feed.js';
import { SignalWatch } from './signal-watch.js';

/** What an offer asks of whoever made it. */
export interface OfferOwner {
  clock: Clock;
  withdraw(offer: OwnOffer): void;
  changed(offer: OwnOffer): void;
}

/** A file that this side offers, from the call to its one end. */
export class OwnOffer implements Offer {
  readonly id: string;
  readonly name: string;
  readonly #owner: OfferOwner;
  readonly #pulled = new Deferred<void>();
  readonly #done = new Deferred<void>();
  readonly #feed: ProgressFeed;
  readonly #signal: SignalWatch;
  #state: OfferState = 'preparing';

  constructor(owner: OfferOwner, id: string, name: string, size: number, signal: AbortSignal | null | undefined) {
    this.id = id;
    this.name = name;
    this.#owner = owner;
    this.#feed = new ProgressFeed(owner.clock, size);
    this.#signal = new SignalWatch(signal, () => {
      this.withdraw();
    });
  }

  get state(): OfferState {
    return this.#state;
  }

  get pulled(): Promise<void> {
    return this.#pulled.promise;
  }

  get done(): Promise<void> {
    return this.#done.promise;
  }

  get isOver(): boolean {
    return this.#state === 'delivered' || this.#state === 'failed';
  }

  progress(): AsyncIterableIterator<TransferProgress> {
    return this.#feed.values();
  }

  withdraw(): void {
    if (!this.isOver) this.#owner.withdraw(this);
  }

  [disposeSymbol](): void {
    this.withdraw();
  }

  /** The peer has been told. */
  announce(): void {
    if (this.#state === 'preparing') this.#enter('offered');
  }

  pull(): void {
    if (this.isOver || this.#state === 'pulled') return;
    this.#pulled.resolve();
    this.#enter('pulled');
  }

  move(bytes: number, size: number): void {
    this.#feed.update(bytes, size);
  }

  end(failure?: Error): void {
    if (this.isOver) return;
    const isWithdrawn = failure instanceof PeerSessionError && failure.code === 'withdrawn';
    const error = isWithdrawn && this.#signal.isAborted ? this.#withdrawn() : failure;
    this.#signal.stop();
    this.#feed.end();
    if (error) {
      this.#pulled.reject(error);
      this.#done.reject(error);
    } else {
      this.#pulled.resolve();
      this.#done.resolve();
    }
    this.#enter(error ? 'failed' : 'delivered');
  }

  #withdrawn(): PeerSessionError {
    return new PeerSessionError('withdrawn', { transferId: this.id, cause: this.#signal.reason });
  }

  #enter(state: OfferState): void {
    this.#state = state;
    this.#owner.changed(this);
  }
}
