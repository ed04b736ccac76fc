/** The part of a MessagePort by which page and host speak. */
export interface Line {
  /** Throws for what cannot be cloned, or transferred. */
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  /** Of what was posted nothing can be made. */
  onmessageerror: ((event: MessageEvent<unknown>) => void) | null;
  close(): void;
  /** What is posted is there when `postMessage` returns, and is the same object. */
  readonly isDirect?: true;
}

/** Both ends of a line within one thread. What is posted before the other end listens waits for that. */
export function directLine(): [Line, Line] {
  const here = new DirectEnd();
  const there = new DirectEnd();
  here.other = there;
  there.other = here;
  return [here, there];
}

class DirectEnd implements Line {
  readonly isDirect = true;
  other: DirectEnd | undefined;
  /** Never: nothing is made of it anew. */
  onmessageerror = null;
  #waiting: unknown[] = [];
  #isCatchingUp = false;
  #onmessage: Line['onmessage'] = null;

  get onmessage(): Line['onmessage'] {
    return this.#onmessage;
  }

  set onmessage(listener: Line['onmessage']) {
    this.#onmessage = listener;
    // In order: what it causes to be said comes behind.
    this.#isCatchingUp = true;
    for (const data of this.#waiting) this.#hear(data);
    this.#waiting = [];
    this.#isCatchingUp = false;
  }

  postMessage(message: unknown): void {
    this.other?.deliver(message);
  }

  deliver(data: unknown): void {
    if (this.#onmessage && !this.#isCatchingUp) this.#hear(data);
    else this.#waiting.push(data);
  }

  close(): void {
    this.other = undefined;
    this.#onmessage = null;
    this.#waiting = [];
  }

  #hear(data: unknown): void {
    this.#onmessage?.({ data } as MessageEvent<unknown>);
  }
}
