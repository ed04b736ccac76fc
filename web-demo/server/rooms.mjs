import { randomBytes } from 'node:crypto';
import { Processes } from './processes.mjs';
import { SharedRoom } from './shared-room.mjs';

/**
 * The rooms that somebody of this process is in. A room exists here exactly as long as that, so abandoned names cost
 * nothing; others may be in it on other processes, which the bus tells of.
 */
export class Rooms {
  /** @type {Map<string, SharedRoom>} */
  #rooms = new Map();
  /** Those whose turn it is to be asked anew. */
  #round = [];
  #due = 0;
  #around;
  #processes;

  /** @param {{ limits: import('./limits.mjs').Limits, bus: import('./bus/bus.mjs').Bus }} options */
  constructor({ limits, bus }) {
    const process = randomBytes(16).toString('base64url');
    this.limits = limits;
    this.#around = { bus, process, limits, heard: (other) => this.#processes.heard(other) };
    this.#processes = new Processes(this.#around, {
      rooms: () => this.#rooms.size,
      // It may have been here before, or this one: what is known of it may have holes.
      appeared: () => this.#askAll(),
      gone: (other) => {
        for (const room of this.#rooms.values()) room.forget(other);
      },
      beat: () => this.#askInTurn(),
    });
    bus.onStatus((status) => {
      if (status !== 'connected') return;
      this.#processes.sayAlive();
      this.#askAll();
    });
  }

  /**
   * Resolves when the member is in the room, or with the code of the limit that forbids it. One with an id that is there
   * already takes its place.
   *
   * @param {string} name
   * @param {string} id
   * @param {import('./shared-room.mjs').Member} member
   * @param {(others: string[]) => void} welcome
   */
  async join(name, id, member, welcome) {
    let room = this.#rooms.get(name);
    if (!room) {
      if (this.#rooms.size >= this.limits.maxRooms) return 'too-many-rooms';
      room = new SharedRoom(name, this.#around);
      this.#rooms.set(name, room);
    }
    const refusal = await room.join(id, member, welcome);
    this.#closeIfDeserted(name);
    return refusal;
  }

  leave(name, id, member, saidGoodbye) {
    if (this.#rooms.get(name)?.leave(id, member, saidGoodbye)) this.#closeIfDeserted(name);
  }

  /** Says whether the signal's target is in the room. */
  deliver(name, from, signal) {
    return this.#rooms.get(name)?.deliver(from, signal) ?? false;
  }

  /** This process's members of the room but `id`, as [id, member] pairs. */
  others(name, id) {
    return [...(this.#rooms.get(name)?.members ?? [])].filter(([other]) => other !== id);
  }

  get size() {
    return this.#rooms.size;
  }

  /** Other processes that are known to be there. */
  get processes() {
    return this.#processes.count;
  }

  /** To all others these members are cut off, and may come back elsewhere: that they close their sockets is no goodbye. */
  close() {
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
    this.#processes.close();
  }

  #closeIfDeserted(name) {
    const room = this.#rooms.get(name);
    if (!room?.isDeserted) return;
    room.close();
    this.#rooms.delete(name);
  }

  #askAll() {
    for (const room of this.#rooms.values()) void room.ask();
  }

  /** A bus may lose a message. Every room is asked for once in a while, a few at each heartbeat. */
  #askInTurn() {
    const { processHeartbeatMs, presenceRefreshMs } = this.limits;
    if (this.#processes.count === 0) return;
    if (this.#round.length === 0) this.#round = [...this.#rooms.keys()];
    this.#due += (this.#rooms.size * processHeartbeatMs) / presenceRefreshMs;
    const now = Math.floor(this.#due);
    this.#due -= now;
    for (const name of this.#round.splice(0, now)) void this.#rooms.get(name)?.ask();
  }
}
