/**
 * Calls back in a task of its own, after whatever else is due has had its turn.
 *
 * A message and not a timer, since hidden tabs delay timers to once a second, later once a minute. A channel for each:
 * one that stays open keeps a Node process alive, and Node reads up to a thousand messages of one channel at a go.
 */
export function afterThisTurn(task: () => void): void {
  if (typeof MessageChannel !== 'function') {
    setTimeout(task, 0);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    // Also keeps the second port from being collected, and the message with it.
    port2.close();
    task();
  };
  port2.postMessage(undefined);
}

/**
 * How much of something one turn of the event loop may take. Whoever is refused goes on after the turn, so that an
 * application that always asks again slows itself down and not the page.
 */
export class TurnBudget {
  readonly #most: number;
  #left: number;
  #renewing = false;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    // Promises may go on without the turn ever ending, so only a task proves that it has. Asked for at half, it comes
    // before anyone is refused who is not in a hurry.
    if (this.#left <= this.#most / 2 && !this.#renewing) {
      this.#renewing = true;
      afterThisTurn(() => {
        this.#renewing = false;
        this.renew();
      });
    }
    return true;
  }

  /** Another turn has begun. */
  renew(): void {
    this.#left = this.#most;
  }
}
