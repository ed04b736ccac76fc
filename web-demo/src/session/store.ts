import { Collection } from '../util/collection.js';
import { Rate } from '../util/rate.js';
import type { Failure, Offer, Party, Peer, Problem, ReceivedFile, SharedFile, Transfer } from './model.js';
import { Throughput } from './throughput.js';

// The page is a window on what happens, not an archive: older rows go, so a tab left open for days stays light.
const MAX_FINISHED = 200;
const MAX_PROBLEMS = 50;
// Five drops of two hundred files. A peer that offers without end pushes out old offers instead of filling the page.
const MAX_OFFERS = 1_000;

export type TransferStart = Omit<Transfer, 'key' | 'bytes' | 'bytesPerSecond' | 'state' | 'by' | 'code' | 'reason'>;

const UNBEGUN = { bytes: 0, bytesPerSecond: 0, by: undefined, code: '', reason: '' };

export const transferKey = (direction: Transfer['direction'], side: string, transferId: string): string =>
  `${direction}/${side}/${transferId}`;

/** What is the same to a person: a content under a name, or in its place in a folder. */
export const fileKey = (side: string, hash: string, name: string): string => `${side}/${hash}/${name}`;

const OVER: ReadonlySet<Transfer['state']> = new Set(['complete', 'failed', 'cancelled', 'declined']);

/** Whether it was to arrive here, and the page that sent it was closed, or loaded again. */
export const isCutOff = ({ direction, hash, state, code }: Transfer): boolean =>
  direction === 'receive' && hash !== '' && state === 'failed' && code === 'closed';

/** Whether there is nothing more to come of it. */
export const isOver = ({ state }: Transfer): boolean => OVER.has(state);

/** Everything the page shows. The hubs write it, the views read it; neither knows the other. */
export class Store {
  readonly peers = new Collection<Peer>();
  readonly shared = new Collection<SharedFile>();
  readonly offers = new Collection<Offer>();
  readonly transfers = new Collection<Transfer>();
  readonly received = new Collection<ReceivedFile>();
  readonly problems = new Collection<Problem>();
  readonly throughput = new Throughput(() => this.#refreshRates());

  readonly #rates = new Map<string, Rate>();
  readonly #contents = new Map<string, Blob>();
  #finished: string[] = [];
  #problemCount = 0;

  sharedBy(side: string): SharedFile[] {
    return this.shared.values().filter((file) => file.side === side);
  }

  addOffer(offer: Offer): void {
    this.offers.set(offer);
    if (this.offers.size > MAX_OFFERS) this.offers.delete(this.offers.oldest ?? '');
  }

  /** A content that has arrived at that side, under whatever name. */
  contentOf(side: string, hash: string): Blob | undefined {
    return this.#contents.get(`${side}/${hash}`);
  }

  /** @param path - Or its name, where it lies in no folder. */
  hasReceived(side: string, hash: string, path: string): boolean {
    return this.received.get(fileKey(side, hash, path)) !== undefined;
  }

  addReceived(side: string, file: Omit<ReceivedFile, 'key'>): void {
    const { hash, name, path = name, blob } = file;
    this.#contents.set(`${side}/${hash}`, blob);
    if (!this.hasReceived(side, hash, path)) this.received.set({ ...file, key: fileKey(side, hash, path) });
    this.offers.deleteWhere(
      (offer) =>
        offer.side === side && offer.hash === hash && (offer.path ?? offer.name) === path && offer.state !== 'accepted',
    );
  }

  /** What is here no more can be offered, and comes, again. */
  deleteReceived({ key, hash }: ReceivedFile): void {
    this.received.delete(key);
    const content = key.slice(0, key.indexOf(hash) + hash.length);
    if (!this.received.values().some((other) => other.key.startsWith(content))) this.#contents.delete(content);
  }

  /** The transfers of that content that this side waits for, though nobody has offered it again yet. */
  askedFor(side: string, hash: string): Transfer[] {
    return this.transfers
      .values()
      .filter(
        (each) => each.direction === 'receive' && each.state === 'asked' && each.side === side && each.hash === hash,
      );
  }

  /** Shows that it is to begin again, in place of the transfer that failed, if there was one, with that code. */
  ask(start: TransferStart, code = ''): void {
    const key = transferKey(start.direction, start.side, start.transferId);
    this.#finished = this.#finished.filter((each) => each !== key);
    this.#rates.delete(key);
    this.transfers.set({ ...start, ...UNBEGUN, key, state: 'asked', code });
  }

  beginTransfer(start: TransferStart): void {
    const key = transferKey(start.direction, start.side, start.transferId);
    if (this.transfers.get(key)) return;
    this.#deleteAttemptBefore(start);
    this.#rates.set(key, new Rate());
    this.transfers.set({ ...start, ...UNBEGUN, key, state: 'waiting' });
  }

  progress(key: string, bytes: number): void {
    const transfer = this.transfers.get(key);
    if (!transfer || isOver(transfer) || bytes === transfer.bytes) return;
    this.throughput.add(transfer.direction, bytes - transfer.bytes);
    this.#rates.get(key)?.add(bytes, performance.now());
    // What was on its way when it was paused still comes.
    this.transfers.set({ ...transfer, bytes, state: transfer.state === 'paused' ? 'paused' : 'running' });
  }

  /** It is set aside, by whom, or is not any more. */
  setPaused(key: string, by: Party | undefined): void {
    const transfer = this.transfers.get(key);
    if (!transfer || isOver(transfer) || transfer.by === by) return;
    // Otherwise the time in which nothing was to move would count.
    this.#rates.set(key, new Rate());
    const state = by ? 'paused' : transfer.bytes > 0 ? 'running' : 'waiting';
    this.transfers.set({ ...transfer, bytesPerSecond: 0, state, by });
  }

  endTransfer(key: string, failure?: Failure): void {
    const transfer = this.transfers.get(key);
    if (!transfer || isOver(transfer)) return;
    this.#rates.delete(key);
    if (failure) {
      const { state, by, code, message } = failure;
      this.transfers.set({ ...transfer, bytesPerSecond: 0, state, by, code, reason: message });
    } else {
      this.throughput.add(transfer.direction, transfer.size - transfer.bytes);
      this.transfers.set({
        ...transfer,
        bytes: transfer.size,
        bytesPerSecond: 0,
        state: 'complete',
        by: undefined,
      });
    }
    this.#finished.push(key);
    while (this.#finished.length > MAX_FINISHED) this.transfers.delete(this.#finished.shift() ?? '');
  }

  report(text: string): void {
    this.#problemCount += 1;
    this.problems.set({ key: String(this.#problemCount), text });
    this.problems.delete(String(this.#problemCount - MAX_PROBLEMS));
  }

  /** One row for a file, not one for each attempt at it; what goes to two people is two. */
  #deleteAttemptBefore({ direction, side, peerId, hash, name }: TransferStart): void {
    const attempts = this.transfers
      .values()
      .filter(
        (each) =>
          each.direction === direction &&
          each.side === side &&
          each.hash === hash &&
          (direction === 'receive' || each.peerId === peerId) &&
          (each.state === 'asked' || (isOver(each) && each.state !== 'complete')),
      );
    // Someone else may have the content that is asked for under another name.
    const isWished = ({ state }: Transfer): boolean => direction === 'receive' && state === 'asked';
    const before = attempts.find((each) => each.name === name) ?? attempts.find(isWished);
    if (before) this.transfers.delete(before.key);
  }

  /** Speeds are read on a clock, not on progress: a transfer that stalls makes no progress to be told of. */
  #refreshRates(): void {
    const now = performance.now();
    for (const [key, rate] of this.#rates) {
      const transfer = this.transfers.get(key);
      if (transfer?.state === 'running') this.transfers.patch(key, { bytesPerSecond: rate.perSecond(now) });
    }
  }
}
