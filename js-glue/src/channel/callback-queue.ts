/**
 * Runs the user's callbacks after the engine's actions, one after the other, so that a callback may call any method of the
 * session; and lets none that throws, or rejects, disturb the rest.
 */
export class CallbackQueue {
  readonly #report: (cause: unknown) => void;
  #waiting: (() => unknown)[] = [];
  #running = false;

  constructor(report: (cause: unknown) => void) {
    this.#report = report;
  }

  add(callback: () => unknown): void {
    this.#waiting.push(callback);
  }

  /** Called from within a callback it returns at once: the outer run goes on with what was added. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const callback of batch) this.#call(callback);
    }
    this.#running = false;
  }

  #call(callback: () => unknown): void {
    try {
      const result = callback();
      if (result instanceof Promise) result.catch(this.#report);
    } catch (cause) {
      this.#report(cause);
    }
  }
}
