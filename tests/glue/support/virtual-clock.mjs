// @ts-check

/** A clock for the `clock` option: time stands still until a test moves it. */
export class VirtualClock {
  #now = 1_000;
  #timers = new Map();
  #nextHandle = 1;

  now() {
    return this.#now;
  }

  setTimeout(callback, milliseconds) {
    const handle = this.#nextHandle++;
    this.#timers.set(handle, { at: this.#now + milliseconds, callback });
    return handle;
  }

  clearTimeout(handle) {
    this.#timers.delete(handle);
  }

  get pendingTimers() {
    return this.#timers.size;
  }

  /** Fires what comes due on the way, in order, each at its own time. */
  advance(milliseconds) {
    const end = this.#now + milliseconds;
    for (let due = this.#earliest(end); due; due = this.#earliest(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due.handle);
      due.callback();
    }
    this.#now = end;
  }

  /** Moves the hands only, as a clock does that is set: nothing fires. */
  jump(milliseconds) {
    this.#now += milliseconds;
  }

  #earliest(end) {
    let earliest;
    for (const [handle, timer] of this.#timers) {
      if (timer.at <= end && (!earliest || timer.at < earliest.at)) earliest = { handle, ...timer };
    }
    return earliest;
  }
}
