import type { Clock } from '../api/options.js';

/** The longest delay a timer takes; a longer one fires at once. */
const maxDelay = 2 ** 31 - 1;

/**
 * One timer for all deadlines, re-armed only when the next deadline comes earlier: data moves deadlines later all the time,
 * and a timer that fires early costs less than one that is set anew with every chunk.
 */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #handle: unknown;
  #firesAt = Infinity;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** `deadline` is a time on the clock; Infinity for none. Throws what the clock throws. */
  arm(deadline: number): void {
    if (deadline === Infinity) {
      this.cancel();
      return;
    }
    if (deadline >= this.#firesAt) return;
    this.cancel();
    const delay = Math.min(Math.max(Math.ceil(deadline - this.#clock.now()), 0), maxDelay);
    this.#handle = this.#clock.setTimeout(() => {
      this.#firesAt = Infinity;
      this.#onDue();
    }, delay);
    this.#firesAt = deadline;
  }

  cancel(): void {
    if (this.#firesAt === Infinity) return;
    this.#firesAt = Infinity;
    try {
      this.#clock.clearTimeout(this.#handle);
    } catch {
      // Then it fires, and finds nothing due.
    }
    this.#handle = undefined;
  }
}
