// @ts-check
import { UdpRelay, withoutCandidates } from '../support/udp-relay.mjs';

/**
 * The only way between two pages, over one relay after the other: each connection that the right page describes has its own, as
 * each has its own port.
 */
export class Relays {
  /** @type {Map<string, UdpRelay>} By the fingerprint of the connection. */
  #relays = new Map();
  #options;
  #isCut = false;
  #takesNoMore = false;

  constructor(options = {}) {
    this.#options = options;
  }

  /** For `joinPages`. */
  get carry() {
    return { left: withoutCandidates, right: (signal) => this.#redirect(signal) };
  }

  /** How many connections were made. */
  get count() {
    return this.#relays.size;
  }

  /** Nothing passes, on any connection, old or new. */
  cut() {
    this.#isCut = true;
    for (const relay of this.#relays.values()) relay.cut();
  }

  restore() {
    this.#isCut = false;
    for (const relay of this.#relays.values()) relay.restore();
  }

  /** Nothing passes on the newest connection: with lanes, one of those. */
  cutNewest() {
    [...this.#relays.values()].at(-1)?.cut();
  }

  /** The addresses that were are gone for good; there is a way over new ones. */
  moveAway() {
    for (const relay of this.#relays.values()) relay.cut();
  }

  close() {
    for (const relay of this.#relays.values()) relay.close();
    this.#takesNoMore = true;
  }

  async #redirect(signal) {
    const fingerprint = /^a=fingerprint:(.*)$/m.exec(signal.sdp?.sdp ?? '')?.[1];
    if (fingerprint && !this.#relays.has(fingerprint) && !this.#takesNoMore) {
      const relay = await UdpRelay.start(this.#options);
      if (this.#isCut) relay.cut();
      this.#relays.set(fingerprint, relay);
    }
    // A candidate is the newest connection's: the one before has no more.
    const relay = fingerprint ? this.#relays.get(fingerprint) : [...this.#relays.values()].at(-1);
    return relay?.redirect(signal);
  }
}
