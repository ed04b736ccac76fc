// @ts-check

/**
 * Blows when something is done too often before the event loop had a turn: so what spins fails its test, and does not hang
 * it. Whoever burns it stops when it is blown.
 */
export class Fuse {
  isBlown = false;
  /** Turns that the loop had while it burned. */
  turns = 0;
  #most;
  #burnt = 0;

  constructor(most = 2000) {
    this.#most = most;
  }

  /** Returns whether it still holds. */
  burn() {
    if (this.#burnt === 0) {
      setImmediate(() => {
        this.#burnt = 0;
        this.turns += 1;
      });
    }
    this.#burnt += 1;
    this.isBlown ||= this.#burnt > this.#most;
    return !this.isBlown;
  }
}

/** Resolves when the event loop has had that many turns. */
export async function afterTurns(count) {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
