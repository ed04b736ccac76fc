import { RoomView } from './room-view.mjs';

/**
 * @typedef {object} Member A client of this process, in a room.
 * @property {boolean} isOpen
 * @property {(message: object) => void} send
 * @property {(code: string) => void} refuse
 */

/** A room as this process takes part in it: its own members, and those that others tell of. */
export class SharedRoom {
  /** @type {Map<string, Member>} */
  members = new Map();
  #since = new Map();
  #view = new RoomView();
  #joining = 0;
  /** @type {{ answered: Set<string>, expected: number, timer: NodeJS.Timeout, over: () => void } | undefined} */
  #question;

  /**
   * @param {string} name
   * @param {object} around
   * @param {import('./bus/bus.mjs').Bus} around.bus
   * @param {string} around.process
   * @param {{ maxPeersPerRoom: number, presenceAnswerMs: number, processGoneMs: number }} around.limits
   * @param {(process: string) => void} around.heard
   */
  constructor(name, { bus, process, limits, heard }) {
    this.name = name;
    this.bus = bus;
    this.process = process;
    this.limits = limits;
    this.heard = heard;
    // Heard before asked: whoever comes while it is answered is not missed.
    this.unsubscribe = bus.subscribe(name, (message) => this.#hear(message));
    this.isKnown = this.ask(limits.presenceAnswerMs);
  }

  get isDeserted() {
    return this.members.size === 0 && this.#joining === 0;
  }

  /**
   * Returns the code of the limit that forbids it. `welcome` is called with the ids of all others before anything else is
   * said to the member.
   *
   * @param {string} id
   * @param {Member} member
   * @param {(others: string[]) => void} welcome
   */
  async join(id, member, welcome) {
    this.#joining += 1;
    await this.isKnown;
    this.#joining -= 1;
    if (!member.isOpen) return undefined;
    if (!this.#view.has(id) && this.#view.size >= this.limits.maxPeersPerRoom) return 'room-full';
    this.members.get(id)?.refuse('replaced');
    this.members.set(id, member);
    this.#since.set(id, this.#view.nextMoment(Date.now()));
    welcome(this.#view.ids.filter((other) => other !== id));
    this.#changed();
    return undefined;
  }

  /** Says whether the member was there; another may have taken its place. */
  leave(id, member, saidGoodbye) {
    if (this.members.get(id) !== member) return false;
    this.#remove(id);
    this.#changed(saidGoodbye ? [id] : []);
    return true;
  }

  /** Says whether the signal's target is in the room, as far as is known. */
  deliver(from, signal) {
    const process = this.#view.processOf(signal.targetId);
    if (process === this.process) this.#handOver(from, signal);
    else if (process !== undefined)
      this.bus.publish(this.name, { type: 'signal', process: this.process, from, signal });
    return process !== undefined;
  }

  /** Asks the other processes anew; who does not answer is not in the room any more. */
  ask(withinMs = this.limits.processGoneMs) {
    return new Promise((resolve) => {
      const before = this.#question;
      clearTimeout(before?.timer);
      const timer = setTimeout(() => this.#endQuestion(), withinMs);
      timer.unref();
      const over = () => {
        before?.over();
        resolve(undefined);
      };
      const question = { answered: new Set(), expected: 0, timer, over };
      this.#question = question;
      void this.bus.ask(this.name, this.#told({ asks: true })).then((isHeard) => {
        if (!isHeard && this.#question === question) this.#endQuestion();
      });
    });
  }

  /** That process is gone. */
  forget(process) {
    if (this.#question && !this.#question.answered.has(process)) this.#question.expected -= 1;
    this.#take(process, []);
    this.#endQuestionIfAnswered();
  }

  close() {
    clearTimeout(this.#question?.timer);
    this.#question = undefined;
    this.unsubscribe();
  }

  /** @param {import('./bus/messages.mjs').BusMessage} message */
  #hear(message) {
    this.heard(message.process);
    if (message.type === 'signal') {
      // A process speaks for its own members only.
      if (this.#view.processOf(message.from) === message.process) this.#handOver(message.from, message.signal);
    } else if (message.type === 'members') {
      this.#take(message.process, message.members, message.left);
      if (message.asks) {
        const others = this.#view.processes.filter((other) => other !== this.process && other !== message.process);
        this.bus.publish(this.name, this.#told({ processes: others.length + 1 }));
      }
      if (!this.#question) return;
      this.#question.answered.add(message.process);
      this.#question.expected = Math.max(this.#question.expected, message.processes);
      this.#endQuestionIfAnswered();
    }
  }

  #handOver(from, signal) {
    this.members.get(signal.targetId)?.send({ ...signal, senderId: from });
  }

  #take(process, members, left = []) {
    this.#tell(this.#view.set(process, members), left);
    const tooMany = new Set(this.#view.beyond(this.limits.maxPeersPerRoom));
    const removed = [...this.members].filter(([id, member]) => {
      // Two came to the last place at the same time, or one came to two processes: all see alike who stays.
      const code = this.#view.processOf(id) !== this.process ? 'replaced' : tooMany.has(id) ? 'room-full' : undefined;
      if (code === undefined) return false;
      this.#remove(id);
      member.refuse(code);
      return true;
    });
    if (removed.length > 0) this.#changed();
  }

  #remove(id) {
    this.members.delete(id);
    this.#since.delete(id);
  }

  #changed(left = []) {
    this.#tell(this.#view.set(this.process, this.#since), left);
    this.bus.publish(this.name, this.#told({ left }));
  }

  /** @returns {import('./bus/messages.mjs').MembersMessage} */
  #told({ left = [], asks = false, processes = 0 }) {
    return { type: 'members', process: this.process, members: [...this.#since], left, asks, processes };
  }

  #tell({ come, gone }, left) {
    const news = [
      ...gone.map((id) => ({ type: left.includes(id) ? 'peer-left' : 'peer-dropped', id })),
      ...come.map((id) => ({ type: 'peer-joined', id })),
    ];
    for (const message of news) for (const [id, member] of this.members) if (id !== message.id) member.send(message);
  }

  #endQuestionIfAnswered() {
    const { answered, expected } = this.#question ?? {};
    if (answered?.size > 0 && answered.size >= expected) this.#endQuestion();
  }

  #endQuestion() {
    const { answered, timer, over } = this.#question;
    clearTimeout(timer);
    this.#question = undefined;
    for (const process of this.#view.processes)
      if (process !== this.process && !answered.has(process)) this.#take(process, []);
    over();
  }
}
