// @ts-check
import { withoutCandidates } from './redirect.mjs';
import { userNameOf } from './unsignalled.mjs';

/**
 * Leads all connections between two ends over one path, each on a flow of its own, as each has its own ports: however many
 * a strategy opens, they share the bottleneck.
 */
export class PathCarrier {
  #path;
  /** @type {Map<string, Promise<import('./path-emulator.mjs').Flow>>} By the user name that ICE has for the connection. */
  #flows = new Map();

  /** @param {import('./path-emulator.mjs').Path} path */
  constructor(path) {
    this.#path = path;
  }

  /** How many connections were made. */
  get count() {
    return this.#flows.size;
  }

  /** A signal of the hidden end; resolves with what the caller is given. See {@link Flow.redirect}. */
  async redirect(signal) {
    const flow = await this.#flowOf(signal);
    // What no flow can be told for must not show another way either.
    return flow ? flow.redirect(signal) : withoutCandidates(signal);
  }

  #flowOf(signal) {
    const name = userNameOf(signal);
    if (name !== undefined && !this.#flows.has(name)) this.#flows.set(name, this.#path.addFlow());
    // A candidate that does not say whose it is: the newest connection's.
    return name === undefined ? [...this.#flows.values()].at(-1) : this.#flows.get(name);
  }
}
