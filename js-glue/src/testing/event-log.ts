/**
 * Everything that happened, in order. A test asks for what it expects and waits for that, never for a time; what does not come is
 * for the time limit of the test's runner.
 */
export class EventLog<T = unknown> {
  /** Oldest first. */
  readonly entries: T[] = [];
  #waiting: (() => void)[] = [];

  /** Notes one more. */
  add(entry: T): void {
    this.entries.push(entry);
    for (const look of [...this.#waiting]) look();
  }

  /** The first entry that fits, past or to come. */
  async until(fits: (entry: T) => boolean): Promise<T> {
    await this.untilAll((entries) => entries.some(fits));
    return this.entries.find(fits) as T;
  }

  /** Until the entries as a whole are as expected: looked at now, and with each that is added. */
  untilAll(isSo: (entries: T[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo(this.entries)) return;
        this.#waiting = this.#waiting.filter((other) => other !== look);
        resolve();
      };
      this.#waiting.push(look);
      look();
    });
  }
}
