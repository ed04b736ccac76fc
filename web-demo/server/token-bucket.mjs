/** Allows `burst` events at once and `perSecond` on average. The clock is handed in so that tests need not wait. */
export class TokenBucket {
  #tokens;
  #last;

  constructor(burst, perSecond, now = () => performance.now()) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.now = now;
    this.#tokens = burst;
    this.#last = now();
  }

  take() {
    const now = this.now();
    const refill = (Math.max(0, now - this.#last) / 1000) * this.perSecond;
    this.#last = now;
    this.#tokens = Math.min(this.burst, this.#tokens + refill);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
