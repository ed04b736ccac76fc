/** An application's signal, for as long as it matters: it may outlive any number of transfers. */
export class SignalWatch {
  readonly #signal: AbortSignal | undefined;
  readonly #listener: () => void;

  /** `onAbort` is called when it is aborted, and not for one that is already. */
  constructor(signal: AbortSignal | null | undefined, onAbort: () => void) {
    this.#signal = signal ?? undefined;
    this.#listener = onAbort;
    this.#signal?.addEventListener('abort', onAbort);
  }

  get isAborted(): boolean {
    return this.#signal?.aborted === true;
  }

  get reason(): unknown {
    return this.#signal?.reason as unknown;
  }

  stop(): void {
    this.#signal?.removeEventListener('abort', this.#listener);
  }
}
