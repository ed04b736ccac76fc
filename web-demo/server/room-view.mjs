/**
 * Who is in a room by what each process tells of its own members. `since` is a moment that is later than those of all who
 * were there when somebody came, so that every process orders them alike. Knows no socket, no bus and no clock.
 */
export class RoomView {
  /** @type {Map<string, Map<string, number>>} */
  #lists = new Map();
  /** @type {Map<string, { process: string, since: number }>} */
  #members = new Map();

  get size() {
    return this.#members.size;
  }

  get ids() {
    return [...this.#members.keys()];
  }

  get processes() {
    return [...this.#lists.keys()];
  }

  has(id) {
    return this.#members.has(id);
  }

  /** The process that has this member: of two the one it came to last. */
  processOf(id) {
    return this.#members.get(id)?.process;
  }

  /** For somebody who comes now. */
  nextMoment(now) {
    return Math.max(now, ...[...this.#members.values()].map(({ since }) => since + 1));
  }

  /** Those who are too many: the last to have come; of two at the same moment the one whose id sorts last. */
  beyond(limit) {
    return [...this.#members]
      .sort(([a, one], [b, other]) => one.since - other.since || (a < b ? -1 : 1))
      .slice(limit)
      .map(([id]) => id);
  }

  /**
   * What a process has from now on; returns who has come (also once more), and who is gone.
   *
   * @param {string} process
   * @param {Iterable<[string, number]>} members
   */
  set(process, members) {
    const list = new Map(members);
    if (list.size > 0) this.#lists.set(process, list);
    else this.#lists.delete(process);

    const before = this.#members;
    this.#members = this.#merged();
    const hasCome = ([id, now]) => before.get(id)?.since !== now.since || before.get(id)?.process !== now.process;
    return {
      come: [...this.#members].filter(hasCome).map(([id]) => id),
      gone: [...before.keys()].filter((id) => !this.#members.has(id)),
    };
  }

  #merged() {
    const merged = new Map();
    for (const [process, list] of this.#lists) {
      for (const [id, since] of list) {
        const other = merged.get(id);
        const isLater = !other || since > other.since || (since === other.since && process > other.process);
        if (isLater) merged.set(id, { process, since });
      }
    }
    return merged;
  }
}
