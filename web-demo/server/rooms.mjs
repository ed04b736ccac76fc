/** Who is in which room. A room exists exactly as long as someone is in it, so abandoned names cost nothing. */
export class Rooms {
  #rooms = new Map();

  constructor({ maxRooms, maxPeersPerRoom }) {
    this.maxRooms = maxRooms;
    this.maxPeersPerRoom = maxPeersPerRoom;
  }

  /**
   * Adds the member and returns undefined, or returns the code of the limit that forbids it. One with an id that is there
   * already takes its place.
   */
  join(name, id, member) {
    let room = this.#rooms.get(name);
    if (!room) {
      if (this.#rooms.size >= this.maxRooms) return 'too-many-rooms';
      room = new Map();
      this.#rooms.set(name, room);
    }
    if (!room.has(id) && room.size >= this.maxPeersPerRoom) return 'room-full';
    room.set(id, member);
    return undefined;
  }

  /** Returns whether the member was there; another may have taken its place. */
  leave(name, id, member) {
    const room = this.#rooms.get(name);
    if (room?.get(id) !== member) return false;
    room.delete(id);
    if (room.size === 0) this.#rooms.delete(name);
    return true;
  }

  find(name, id) {
    return this.#rooms.get(name)?.get(id);
  }

  /** Everyone in the room but `id`, as [id, member] pairs. */
  others(name, id) {
    return [...(this.#rooms.get(name) ?? [])].filter(([other]) => other !== id);
  }

  get size() {
    return this.#rooms.size;
  }
}
