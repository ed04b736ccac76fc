// @ts-check

/**
 * Everything that happened, in order; a test asks for what it expects and waits for that, never for a time.
 *
 * @template [T=any]
 */
export class EventLog {
  /** @type {T[]} */
  entries = [];
  #waiting = [];

  add(entry) {
    this.entries.push(entry);
    for (const wait of [...this.#waiting]) wait();
  }

  /**
   * The first entry that fits, past or to come.
   *
   * @param {(entry: T) => boolean} fits
   * @returns {Promise<T>}
   */
  async until(fits) {
    await this.untilAll(() => this.entries.some(fits));
    return /** @type {T} */ (this.entries.find(fits));
  }

  /**
   * Until the entries as a whole are as expected.
   *
   * @param {(entries: T[]) => boolean} isSo
   */
  untilAll(isSo) {
    return new Promise((resolve) => {
      const wait = () => {
        if (!isSo(this.entries)) return;
        this.#waiting = this.#waiting.filter((other) => other !== wait);
        resolve(undefined);
      };
      this.#waiting.push(wait);
      wait();
    });
  }
}
