import { PeerSessionError } from '../api/errors.js';
import type { Clock } from '../api/options.js';
import type { Pull, PullState, TransferProgress } from '../api/transfers.js';
import { Deferred } from '../basics/deferred.js';
import { disposeSymbol } from '../basics/dispose.js';
import type { PeerOffer } from './peer-offer.js';
import { ProgressFeed } from './progress-feed.js';
import { SignalWatch } from './signal-watch.js';

/** What a pull asks of whoever made it. */
export interface PullOwner {
  clock: Clock;
  cancel(pull: RunningPull): void;
  pause(pull: RunningPull): void;
  resume(pull: RunningPull): void;
  prioritize(pull: RunningPull): void;
  changed(pull: RunningPull): void;
}

/** A file on its way here, from the call to its one end. */
export class RunningPull implements Pull<unknown> {
  readonly [Symbol.toStringTag] = 'Pull';
  readonly file: PeerOffer;
  readonly #owner: PullOwner;
  readonly #result = new Deferred<unknown>();
  readonly #feed: ProgressFeed;
  readonly #signal: SignalWatch;
  #state: PullState = 'waiting';
  #priority: number;

  constructor(owner: PullOwner, file: PeerOffer, priority: number, signal: AbortSignal | null | undefined) {
    this.file = file;
    this.#owner = owner;
    this.#priority = priority;
    this.#feed = new ProgressFeed(owner.clock, file.size);
    this.#signal = new SignalWatch(signal, () => {
      this.cancel();
    });
  }

  get state(): PullState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === 'done' || this.#state === 'failed';
  }

  get priority(): number {
    return this.#priority;
  }

  set priority(priority: number) {
    if (!Number.isInteger(priority)) throw new TypeError('priority must be a whole number');
    this.#priority = priority;
    if (!this.isOver) this.#owner.prioritize(this);
  }

  then<A = unknown, B = never>(
    onFulfilled?: ((value: unknown) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.promise.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<unknown> {
    return this.#result.promise.catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<unknown> {
    return this.#result.promise.finally(onFinally);
  }

  progress(): AsyncIterableIterator<TransferProgress> {
    return this.#feed.values();
  }

  pause(): void {
    if (!this.isOver) this.#owner.pause(this);
  }

  resume(): void {
    if (!this.isOver) this.#owner.resume(this);
  }

  cancel(): void {
    if (!this.isOver) this.#owner.cancel(this);
  }

  [disposeSymbol](): void {
    this.cancel();
  }

  move(bytes: number, size: number): void {
    this.#feed.update(bytes, size);
    if (this.#state === 'waiting') this.#enter('receiving');
  }

  setPaused(isPaused: boolean): void {
    if (this.isOver || isPaused === (this.#state === 'paused')) return;
    this.#feed.pause();
    this.#enter(isPaused ? 'paused' : 'waiting');
  }

  deliver(result: unknown): void {
    if (this.isOver) return;
    this.#stop();
    this.#result.resolve(result);
    this.#enter('done');
  }

  fail(failure: PeerSessionError): void {
    if (this.isOver) return;
    const isOfSignal = failure.code === 'cancelled' && this.#signal.isAborted;
    this.#stop();
    this.#result.reject(isOfSignal ? this.#cancelled() : failure);
    this.#enter('failed');
  }

  #cancelled(): PeerSessionError {
    return new PeerSessionError('cancelled', { transferId: this.file.id, cause: this.#signal.reason });
  }

  #stop(): void {
    this.#signal.stop();
    this.#feed.end();
  }

  #enter(state: PullState): void {
    this.#state = state;
    this.#owner.changed(this);
  }
}
