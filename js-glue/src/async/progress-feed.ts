import type { Clock } from '../api/options.js';
import type { TransferProgress } from '../api/transfers.js';
import { RateMeter } from './rate-meter.js';

/** Milliseconds between two that are told: no eye follows more. */
const leastPause = 100;
/** A transfer that stands still is told, too: its rate falls. */
const longestPause = 1_000;

interface Sleeper {
  wakesOnNews: boolean;
  wake(): void;
}

/** How far one transfer is, for as many as want to know. Nothing piles up: whoever is late is told the latest. */
export class ProgressFeed {
  readonly #clock: Clock;
  readonly #meter = new RateMeter();
  readonly #sleepers = new Set<Sleeper>();
  #bytes = 0;
  #size: number;
  #news = 0;
  #isOver = false;

  constructor(clock: Clock, size: number) {
    this.#clock = clock;
    this.#size = size;
  }

  update(bytes: number, size: number): void {
    this.#bytes = bytes;
    this.#size = size;
    this.#meter.add(bytes, this.#clock.now());
    this.#tell();
  }

  /** It is set aside: that is no slow moment of it. */
  pause(): void {
    this.#meter.reset();
    this.#tell();
  }

  end(): void {
    this.#isOver = true;
    for (const sleeper of this.#sleepers) sleeper.wake();
  }

  async *values(): AsyncGenerator<TransferProgress, undefined> {
    let told = -1;
    for (;;) {
      if (told === this.#news) await this.#sleep(longestPause - leastPause, true);
      if (this.#isOver && told === this.#news) return;
      told = this.#news;
      const next = this.#clock.now() + leastPause;
      yield this.#now();
      const early = next - this.#clock.now();
      if (early > 0) await this.#sleep(early, false);
    }
  }

  #now(): TransferProgress {
    const bytes = this.#bytes;
    const size = this.#size;
    const rate = this.#meter.rate(bytes, this.#clock.now());
    const remaining = bytes === size ? 0 : ((size - bytes) / rate) * 1000;
    return { bytes, size, rate, remaining };
  }

  #tell(): void {
    this.#news++;
    for (const sleeper of this.#sleepers) if (sleeper.wakesOnNews) sleeper.wake();
  }

  /** Resolves after that time, or when it is over. */
  async #sleep(milliseconds: number, wakesOnNews: boolean): Promise<void> {
    if (this.#isOver) return;
    await new Promise<void>((resolve) => {
      const sleeper = {
        wakesOnNews,
        wake: () => {
          this.#clock.clearTimeout(timer);
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      const timer = this.#clock.setTimeout(sleeper.wake, milliseconds);
      this.#sleepers.add(sleeper);
    });
  }
}
