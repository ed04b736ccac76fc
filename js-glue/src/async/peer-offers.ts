import type { IncomingFile } from '../api/transfers.js';
import type { PeerOffer } from './peer-offer.js';

/** As many as a side may have open, and as much as may be held of what a peer says of them. */
const mostOffers = 131_072;
const mostBytes = 64 * 1024 * 1024;
/** What an offer costs beside its text. */
const eachCosts = 500;

type Next = (result: IteratorResult<IncomingFile, undefined>) => void;
const done: IteratorResult<IncomingFile, undefined> = { done: true, value: undefined };

/** The peer's offers that may be pulled: bounded, the oldest gives way. Those that nobody has looked at wait to be iterated over. */
export class PeerOffers implements AsyncIterable<IncomingFile> {
  readonly #known = new Map<string, { offer: PeerOffer; cost: number }>();
  readonly #unseen = new Map<string, PeerOffer>();
  readonly #waiting = new Set<Next>();
  /** Told of what gave way. */
  readonly #dropped: (offer: PeerOffer) => void;
  #bytes = 0;
  #isOver = false;

  constructor(dropped: (offer: PeerOffer) => void) {
    this.#dropped = dropped;
  }

  get(id: string): PeerOffer | undefined {
    return this.#known.get(id)?.offer;
  }

  all(): PeerOffer[] {
    return [...this.#known.values()].map(({ offer }) => offer);
  }

  add(offer: PeerOffer, textLength: number): void {
    const cost = eachCosts + 2 * textLength;
    this.#known.set(offer.id, { offer, cost });
    this.#bytes += cost;
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next({ done: false, value: offer });
    } else this.#unseen.set(offer.id, offer);
    for (const oldest of this.#known.values()) {
      if (this.#known.size <= mostOffers && this.#bytes <= mostBytes) return;
      this.remove(oldest.offer.id);
      this.#dropped(oldest.offer);
    }
  }

  /** Somebody has dealt with it: it is not iterated over any more. */
  see(id: string): void {
    this.#unseen.delete(id);
  }

  remove(id: string): void {
    this.#unseen.delete(id);
    this.#bytes -= this.#known.get(id)?.cost ?? 0;
    this.#known.delete(id);
  }

  /** No more come; returns those that there were. */
  end(): PeerOffer[] {
    this.#isOver = true;
    const offers = this.all();
    this.#known.clear();
    this.#unseen.clear();
    for (const next of this.#waiting) next(done);
    this.#waiting.clear();
    return offers;
  }

  /** Each offer goes to one of those who iterate. */
  [Symbol.asyncIterator](): AsyncIterator<IncomingFile, undefined> {
    let isDone = false;
    /** By this one. */
    const asked = new Set<Next>();
    return {
      next: () =>
        new Promise((resolve) => {
          const [first] = this.#unseen.values();
          if (isDone || (this.#isOver && !first)) resolve(done);
          else if (first) {
            this.#unseen.delete(first.id);
            resolve({ done: false, value: first });
          } else {
            const next: Next = (result) => {
              asked.delete(next);
              resolve(result);
            };
            asked.add(next);
            this.#waiting.add(next);
          }
        }),
      return: () => {
        isDone = true;
        for (const next of asked) {
          this.#waiting.delete(next);
          next(done);
        }
        return Promise.resolve(done);
      },
    };
  }
}
