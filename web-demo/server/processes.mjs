import { EVERY_PROCESS } from './bus/messages.mjs';

// Of rubbish on the bus no more is remembered.
const MAX_PROCESSES = 1_000;

/** Which other processes are there: each says so, and one that was silent for too long is gone with all its members. */
export class Processes {
  /** @type {Map<string, number>} */
  #heard = new Map();
  #lastLook = performance.now();

  /**
   * @param {object} around
   * @param {import('./bus/bus.mjs').Bus} around.bus
   * @param {string} around.process
   * @param {{ processHeartbeatMs: number, processGoneMs: number }} around.limits
   * @param {{ rooms: () => number, appeared: () => void, gone: (process: string) => void, beat: () => void }} handlers
   */
  constructor({ bus, process, limits }, handlers) {
    this.bus = bus;
    this.process = process;
    this.limits = limits;
    this.handlers = handlers;
    this.unsubscribe = bus.subscribe(EVERY_PROCESS, (message) => this.#hear(message));
    this.sayAlive();
    this.timer = setInterval(() => this.#beat(), limits.processHeartbeatMs);
    this.timer.unref();
  }

  get count() {
    return this.#heard.size;
  }

  sayAlive() {
    this.bus.publish(EVERY_PROCESS, { type: 'alive', process: this.process, rooms: this.handlers.rooms() });
  }

  /** Whatever it says shows that it is there. `rooms`: how many it may have had before it was heard of. */
  heard(process, rooms = 1) {
    const isKnown = this.#heard.has(process);
    if (!isKnown && this.#heard.size >= MAX_PROCESSES) return;
    this.#heard.set(process, performance.now());
    if (!isKnown && rooms > 0) this.handlers.appeared();
  }

  close() {
    clearInterval(this.timer);
    this.unsubscribe();
    this.bus.publish(EVERY_PROCESS, { type: 'bye', process: this.process });
  }

  #hear(message) {
    if (message.type === 'alive') this.heard(message.process, message.rooms);
    if (message.type === 'bye') this.#forget(message.process);
  }

  #beat() {
    this.sayAlive();
    const now = performance.now();
    // Who has slept itself has not heard anybody, and hears first what has come meanwhile.
    const wasAwake = now - this.#lastLook < this.limits.processGoneMs / 2;
    this.#lastLook = now;
    if (wasAwake)
      for (const [process, at] of this.#heard) if (now - at > this.limits.processGoneMs) this.#forget(process);
    this.handlers.beat();
  }

  #forget(process) {
    if (this.#heard.delete(process)) this.handlers.gone(process);
  }
}
