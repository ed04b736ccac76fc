import { isLoopback } from './addresses.mjs';
import { TokenBucket } from './token-bucket.mjs';

/**
 * How many connections one client address has, and how fast it makes them. Connections from this machine are not counted:
 * they are a developer's, or those of a proxy that the server was not told of, and then everybody's.
 */
export class AddressLimits {
  #open = new Map();
  /** The least recently used first. @type {Map<string, TokenBucket>} */
  #buckets = new Map();

  constructor(limits) {
    this.limits = limits;
  }

  /** Returns `{ release }`, to be called when the connection has ended, or `{ refusal }` with its code. */
  admit(address) {
    if (isLoopback(address)) return { release() {} };
    if (!this.#bucketOf(address).take()) return { refusal: 'too-many-handshakes' };
    const open = this.#open.get(address) ?? 0;
    if (open >= this.limits.maxConnectionsPerAddress) return { refusal: 'too-many-connections' };
    this.#open.set(address, open + 1);
    return {
      release: () => {
        const left = this.#open.get(address) - 1;
        if (left > 0) this.#open.set(address, left);
        else this.#open.delete(address);
      },
    };
  }

  get size() {
    return this.#buckets.size;
  }

  #bucketOf(address) {
    const { burstHandshakes, handshakesPerSecond, maxTrackedAddresses } = this.limits;
    const bucket = this.#buckets.get(address) ?? new TokenBucket(burstHandshakes, handshakesPerSecond);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > maxTrackedAddresses) this.#buckets.delete(this.#buckets.keys().next().value);
    return bucket;
  }
}
