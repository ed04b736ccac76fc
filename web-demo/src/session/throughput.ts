const TICK_MS = 500;
const HISTORY = 120;

export interface Sample {
  /** Seconds on the page's own clock. */
  readonly time: number;
  readonly receive: number;
  readonly send: number;
}

/** Speed of the whole page over the last minute. Ticks only while bytes move, and until the graph is back at zero. */
export class Throughput {
  readonly samples: Sample[] = [];
  readonly #listeners = new Set<() => void>();
  #counted = { send: 0, receive: 0 };
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastTick = 0;

  constructor(private readonly onTick: () => void) {}

  add(direction: 'send' | 'receive', bytes: number): void {
    this.#counted[direction] += bytes;
    if (this.#timer !== undefined) return;
    this.#lastTick = performance.now();
    // Marks the end of the quiet time; without it the line would climb slowly across the whole pause.
    this.samples.push({ time: this.#lastTick / 1000, receive: 0, send: 0 });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tick(): void {
    const now = performance.now();
    // A hidden tab's timers come late, so the time that really passed is what counts.
    const seconds = (now - this.#lastTick) / 1000;
    const { send, receive } = this.#counted;
    this.#lastTick = now;
    this.#counted = { send: 0, receive: 0 };
    this.samples.push({ time: now / 1000, receive: receive / seconds, send: send / seconds });
    this.samples.splice(0, this.samples.length - HISTORY);
    if (send === 0 && receive === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.onTick();
    for (const listener of this.#listeners) listener();
  }
}
