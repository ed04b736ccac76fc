const most = 100;
const oneBackEvery = 10_000;

/** What one peer may send: each file costs a token, and tokens come back slowly. */
export class Guard {
  #buckets = new Map();

  allows(peerId) {
    const now = performance.now();
    const { tokens, since } = this.#buckets.get(peerId) ?? { tokens: most, since: now };
    const back = Math.floor((now - since) / oneBackEvery);
    const left = Math.min(most, tokens + back);
    this.#buckets.set(peerId, { tokens: Math.max(0, left - 1), since: since + back * oneBackEvery });
    return left > 0;
  }
}
