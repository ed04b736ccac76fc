/** Long enough to be calm, short enough to be of now. In milliseconds, as all here. */
const span = 3_000;
const step = 250;

/** How fast something grows, by what it was over the last seconds. */
export class RateMeter {
  /** Of at most a dozen moments, the oldest first. */
  #samples: { at: number; amount: number }[] = [];

  add(amount: number, now: number): void {
    const last = this.#samples.at(-1);
    if (last && now - last.at < step) return;
    this.#samples.push({ at: now, amount });
    // The first one that is old enough is where the span begins.
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) >= span) this.#samples.shift();
  }

  /** A second; zero while nothing is known. */
  rate(amount: number, now: number): number {
    const first = this.#samples[0];
    if (!first || now <= first.at) return 0;
    return ((amount - first.amount) / (now - first.at)) * 1000;
  }

  /** It stood still meanwhile, and that does not count. */
  reset(): void {
    this.#samples = [];
  }
}
