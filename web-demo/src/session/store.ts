import { Collection } from '../util/collection.js';
import { Rate } from '../util/rate.js';
import type { Offer, Peer, Problem, ReceivedFile, SharedFile, Transfer } from './model.js';
import { Throughput } from './throughput.js';

// The page is a window on what happens, not an archive: older rows go, so a tab left open for days stays light.
const MAX_FINISHED = 200;
const MAX_PROBLEMS = 50;
// Five drops of two hundred files. A peer that offers without end pushes out old offers instead of filling the page.
const MAX_OFFERS = 1_000;

export type TransferStart = Omit<Transfer, 'key' | 'bytes' | 'bytesPerSecond' | 'state' | 'reason'>;

export const transferKey = (direction: Transfer['direction'], side: string, transferId: string): string =>
  `${direction}/${side}/${transferId}`;

/** What is the same to a person: a content under a name. */
export const fileKey = (side: string, hash: string, name: string): string => `${side}/${hash}/${name}`;

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

  hasReceived(side: string, hash: string, name: string): boolean {
    return this.received.get(fileKey(side, hash, name)) !== undefined;
  }

  addReceived(side: string, file: Omit<ReceivedFile, 'key'>): void {
    const { hash, name, blob } = file;
    this.#contents.set(`${side}/${hash}`, blob);
    if (!this.hasReceived(side, hash, name)) this.received.set({ ...file, key: fileKey(side, hash, name) });
    this.offers.deleteWhere(
      (offer) => offer.side === side && offer.hash === hash && offer.name === name && offer.state !== 'accepted',
    );
  }

  /** The transfers of that content that someone waits for, though nobody has offered it again yet. */
  askedFor(side: string, hash: string): Transfer[] {
    return this.transfers.values().filter((each) => each.state === 'asked' && each.side === side && each.hash === hash);
  }

  /** Shows that a content is asked for, in place of the transfer that failed, if there was one. */
  ask(start: TransferStart): void {
    const key = transferKey(start.direction, start.side, start.transferId);
    this.#finished = this.#finished.filter((each) => each !== key);
    this.transfers.set({ ...start, key, bytes: 0, bytesPerSecond: 0, state: 'asked', reason: '' });
  }

  beginTransfer(start: TransferStart): void {
    const key = transferKey(start.direction, start.side, start.transferId);
    if (this.transfers.get(key)) return;
    if (start.direction === 'receive') this.#deleteAttemptBefore(start);
    this.#rates.set(key, new Rate());
    this.transfers.set({ ...start, key, bytes: 0, bytesPerSecond: 0, state: 'waiting', reason: '' });
  }

  progress(key: string, bytes: number): void {
    const transfer = this.transfers.get(key);
    if (!transfer || transfer.state === 'complete' || transfer.state === 'failed') return;
    this.throughput.add(transfer.direction, bytes - transfer.bytes);
    this.#rates.get(key)?.add(bytes, performance.now());
    this.transfers.set({ ...transfer, bytes, state: 'running' });
  }

  endTransfer(key: string, failure?: string): void {
    const transfer = this.transfers.get(key);
    if (!transfer || transfer.state === 'complete' || transfer.state === 'failed') return;
    this.#rates.delete(key);
    if (failure !== undefined) {
      this.transfers.set({ ...transfer, bytesPerSecond: 0, state: 'failed', reason: failure });
    } else {
      this.throughput.add(transfer.direction, transfer.size - transfer.bytes);
      this.transfers.set({ ...transfer, bytes: transfer.size, bytesPerSecond: 0, state: 'complete' });
    }
    this.#finished.push(key);
    while (this.#finished.length > MAX_FINISHED) this.transfers.delete(this.#finished.shift() ?? '');
  }

  report(text: string): void {
    this.#problemCount += 1;
    this.problems.set({ key: String(this.#problemCount), text });
    this.problems.delete(String(this.#problemCount - MAX_PROBLEMS));
  }

  /** One row for a file, not one for each attempt at it. */
  #deleteAttemptBefore({ side, hash, name }: TransferStart): void {
    const attempts = this.transfers
      .values()
      .filter(
        (each) =>
          each.direction === 'receive' &&
          each.side === side &&
          each.hash === hash &&
          (each.state === 'asked' || each.state === 'failed'),
      );
    // Someone else may have the content under another name.
    const before = attempts.find((each) => each.name === name) ?? attempts.find(({ state }) => state === 'asked');
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
