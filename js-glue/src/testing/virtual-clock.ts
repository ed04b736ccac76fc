import type { Clock } from '../api/options.js';
import { turn } from './turn.js';

interface Timer {
  at: number;
  callback: () => void;
}

/** For a few messages there and back. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

/** A clock for the option `clock`: time stands still until a test moves it. Times are milliseconds. */
export class VirtualClock implements Clock {
  #now = 1_000;
  readonly #timers = new Map<number, Timer>();
  #nextHandle = 1;

  /** Begins at 1,000: not zero, so that a time is never mistaken for none. */
  now(): number {
    return this.#now;
  }

  /** Calls back when the clock is moved to that time or past it. */
  setTimeout(callback: () => void, milliseconds: number): number {
    const handle = this.#nextHandle++;
    this.#timers.set(handle, { at: this.#now + milliseconds, callback });
    return handle;
  }

  /** What `setTimeout` returned; anything else changes nothing. */
  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number);
  }

  /** How many have yet to fire: a session that has closed leaves none. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * Fires what comes due on the way, in order, each at its own time, all within this call. What one of them throws comes out of
   * here, and the clock stands at its time.
   */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    while (this.#fireFirst(end));
    this.#now = end;
  }

  /**
   * The same, but before each timer and at the end the event loop has ten turns: promises settle, messages on an automatic link are
   * answered, and what is set for within that time comes due as well. Work of other threads, as a digest of `crypto.subtle`, may take
   * longer.
   */
  async advanceAsync(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    do await settle();
    while (this.#fireFirst(end));
    this.#now = end;
    await settle();
  }

  /** Moves the hands only, as when a device wakes from its sleep: nothing fires before the clock is advanced. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Returns whether anything was due. */
  #fireFirst(end: number): boolean {
    let first: number | undefined;
    let due: Timer | undefined;
    for (const [handle, timer] of this.#timers) {
      if (timer.at <= end && (!due || timer.at < due.at)) [first, due] = [handle, timer];
    }
    if (first === undefined || !due) return false;
    this.#now = Math.max(this.#now, due.at);
    this.#timers.delete(first);
    due.callback();
    return true;
  }
}
