/** The peer fills it, so it has a bound: that of the engine's own queue of messages. */
const mostBytes = 16 * 1024 * 1024;
/** What keeping a message takes beside its content: without it, empty ones would be free. */
const overhead = 64;

/**
 * What arrives before the channel says that it is open. On an ordinary channel that is nothing; one that was transferred
 * to a Worker delivers at once (seen in Chromium 156), while nothing can be answered yet.
 */
export class EarlyMessages {
  #held: unknown[] = [];
  #bytes = 0;

  /** Returns whether there was room for it. */
  hold(data: unknown): boolean {
    const length = typeof data === 'string' ? data.length : data instanceof ArrayBuffer ? data.byteLength : 0;
    this.#bytes += length + overhead;
    if (this.#bytes > mostBytes) return false;
    this.#held.push(data);
    return true;
  }

  /** Oldest first. */
  takeAll(): unknown[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
