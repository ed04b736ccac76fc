// @ts-check
// A bad network between two real browsers on one machine: delay, loss and cuts, in user space and without root.
// For tests that need any such path, and wherever nothing native may be built. Its timers count whole milliseconds and wait for
// their turn in this process, it has no bottleneck, and it serves one connection: what is measured, or depends on a rate or a
// queue, goes through path-emulator.mjs.
//
//   const relay = await UdpRelay.start({ delay: 25 });              // milliseconds each way
//   signals from B to A:  deliver(relay.redirect(signal))           // A learns of B's address only as the relay's
//   signals from A to B:  deliver(withoutCandidates(signal))        // B learns of A from the packets that come
//   relay.loss = 0.005;  relay.cut();  relay.restore();  relay.close();
//
// Both functions may return undefined: then there is nothing to deliver. One relay serves one connection. ICE finds the
// path by itself: A checks the one candidate it has, and B answers what reaches it from the relay.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Redirection } from './redirect.mjs';

export { withoutCandidates } from './redirect.mjs';

/**
 * @typedef {import('./redirect.mjs').Signal} Signal
 * @typedef {import('./redirect.mjs').Endpoint} Endpoint
 * @typedef {{due: number, packet: Buffer, to: Endpoint}} Waiting
 */

export class UdpRelay {
  /** Milliseconds that each packet takes, each way. */
  delay;
  /** The share of packets that are lost, each way: 0 to 1. */
  loss;
  /** What has passed, in packets of both directions together. */
  forwarded = 0;
  dropped = 0;
  #socket;
  #random;
  #isCut = false;
  /** Knows the side that `redirect` hides. */
  #redirection;
  /** @type {Endpoint | undefined} The side that talks to the relay, known from its first packet. */
  #caller;
  /** @type {Waiting[]} In the order of their time, since the delay is the same for all. */
  #waiting = [];
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {object} [options]
   * @param {number} [options.delay] Milliseconds each way.
   * @param {number} [options.loss] 0 to 1, each way.
   * @param {() => number} [options.random] Decides what is lost; seed it for a repeatable run.
   */
  static async start(options = {}) {
    // As large as the system allows: a burst that overflows the socket would be a loss nobody asked for.
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
    socket.bind(0);
    await once(socket, 'listening');
    return new UdpRelay(socket, options);
  }

  /** @private Use {@link UdpRelay.start}. */
  constructor(socket, { delay = 0, loss = 0, random = Math.random }) {
    this.delay = delay;
    this.loss = loss;
    this.#socket = socket;
    this.#random = random;
    this.#redirection = new Redirection(this.port);
    socket.on('message', (packet, from) => this.#take(packet, from));
    // A closed browser's port answers "unreachable"; that is a lost packet like any other.
    socket.on('error', () => {});
  }

  get port() {
    return this.#socket.address().port;
  }

  /**
   * See {@link Redirection.apply}.
   *
   * @template {Signal} T
   * @param {T} signal
   * @returns {T | undefined}
   */
  redirect(signal) {
    return this.#redirection.apply(signal);
  }

  /** Nothing passes any more, as when a cable is pulled; nobody is told. */
  cut() {
    this.#isCut = true;
    this.#waiting = [];
  }

  restore() {
    this.#isCut = false;
  }

  close() {
    this.cut();
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #take(packet, { address, port }) {
    const { hidden } = this.#redirection;
    const fromHidden = hidden?.port === port && hidden.address === address;
    if (!fromHidden) this.#caller = { address, port };
    const to = fromHidden ? this.#caller : hidden;
    if (!to || this.#isCut || (this.loss > 0 && this.#random() < this.loss)) {
      this.dropped += 1;
      return;
    }
    if (this.delay > 0 || this.#waiting.length > 0) {
      this.#waiting.push({ due: performance.now() + this.delay, packet, to });
      this.#arm();
    } else {
      this.#forward(packet, to);
    }
  }

  #arm() {
    if (this.#timer !== undefined || this.#waiting.length === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        // Timers count whole milliseconds: what is due within this one goes now, or each packet would be late.
        const now = performance.now() + 0.5;
        const firstLater = this.#waiting.findIndex(({ due }) => due > now);
        const due = this.#waiting.splice(0, firstLater < 0 ? this.#waiting.length : firstLater);
        for (const { packet, to } of due) this.#forward(packet, to);
        this.#arm();
      },
      Math.max(0, Math.floor(this.#waiting[0].due - performance.now())),
    );
  }

  #forward(packet, { address, port }) {
    this.forwarded += 1;
    this.#socket.send(packet, port, address);
  }
}
