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

export const transferKey = (direction: Transfer['direction'], localId: string, transferId: string): string =>
  `${direction}/${localId}/${transferId}`;

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
  readonly #finished: string[] = [];
  #problemCount = 0;

  addOffer(offer: Offer): void {
    this.offers.set(offer);
    if (this.offers.size > MAX_OFFERS) this.offers.delete(this.offers.oldest ?? '');
  }

  beginTransfer(start: TransferStart): void {
    const key = transferKey(start.direction, start.localId, start.transferId);
    if (this.transfers.get(key)) return;
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

  /** Speeds are read on a clock, not on progress: a transfer that stalls makes no progress to be told of. */
  #refreshRates(): void {
    const now = performance.now();
    for (const [key, rate] of this.#rates) {
      const transfer = this.transfers.get(key);
      if (transfer?.state === 'running') this.transfers.patch(key, { bytesPerSecond: rate.perSecond(now) });
    }
  }
}
