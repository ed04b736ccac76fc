import { Fifo } from '../basics/fifo.js';
import { afterThisTurn, TurnBudget } from '../basics/turn.js';

/** The peer fills it, so it has a bound: that of the engine's own queue of messages. */
const mostBytes = 16 * 1024 * 1024;
/** What keeping a message takes beside its content: without it, empty ones would be free. */
const overhead = 64;
/** Each takes some 20 µs with what follows from it: 5 ms a turn. */
const messagesPerTurn = 256;

interface Held {
  bytes: number;
  isText: boolean;
  take: () => void;
}

/**
 * What the channel brings while nobody can take it, and what comes behind that: in order, and handed on a bounded number at
 * a time.
 *
 * Before the channel says that it is open, nothing can be answered. On an ordinary channel nothing comes then; one that was
 * transferred to a Worker delivers at once (seen in Chromium 156).
 */
export class Inbox {
  readonly #isReady: (isText: boolean) => boolean;
  readonly #budget = new TurnBudget(messagesPerTurn);
  readonly #held = new Fifo<Held>();
  #bytes = 0;
  #releasing = false;
  /** A task goes on with the rest. */
  #continued = false;

  /** @param isReady - Whether the next message may be handed on. */
  constructor(isReady: (isText: boolean) => boolean) {
    this.#isReady = isReady;
  }

  /** Hands it on at once, or holds it; false when there is no room. */
  accept(length: number, isText: boolean, take: () => void): boolean {
    if (this.#held.size === 0 && !this.#releasing && this.#isReady(isText)) {
      take();
      return true;
    }
    const bytes = length + overhead;
    if (this.#bytes + bytes > mostBytes) return false;
    this.#bytes += bytes;
    this.#held.push({ bytes, isText, take });
    return true;
  }

  /** Hands on what may be handed on, oldest first. */
  release(): void {
    if (this.#releasing || this.#continued) return;
    this.#releasing = true;
    for (let next; (next = this.#held.first) && this.#isReady(next.isText);) {
      if (!this.#budget.take()) {
        this.#continue();
        break;
      }
      const held = this.#held.shift();
      this.#bytes -= held?.bytes ?? 0;
      held?.take();
    }
    this.#releasing = false;
  }

  clear(): void {
    this.#held.clear();
    this.#bytes = 0;
  }

  #continue(): void {
    this.#continued = true;
    afterThisTurn(() => {
      this.#continued = false;
      this.#budget.renew();
      this.release();
    });
  }
}
