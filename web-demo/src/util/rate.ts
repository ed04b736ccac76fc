// Long enough to smooth the bursts of a flow-controlled channel, short enough to show a stall at once.
const WINDOW_MS = 2_000;
// Progress can come thousands of times a second; more samples would not make the rate any better.
const SAMPLE_MS = 100;

/** Bytes per second over the last two seconds, from running totals. */
export class Rate {
  readonly #samples: { readonly time: number; total: number }[] = [];

  add(total: number, now: number): void {
    const last = this.#samples.at(-1);
    if (last && now - last.time < SAMPLE_MS) {
      // The first sample is where counting starts and stays what it was.
      if (this.#samples.length > 1) last.total = total;
      else this.#samples.push({ time: now, total });
    } else {
      this.#samples.push({ time: now, total });
    }
  }

  perSecond(now: number): number {
    while (this.#samples.length > 2 && now - (this.#samples[1]?.time ?? now) > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || now - last.time > WINDOW_MS) return 0;
    return ((last.total - first.total) / Math.max(now - first.time, SAMPLE_MS)) * 1000;
  }
}
