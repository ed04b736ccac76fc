import type { Network } from '../api/types.js';
import { isSamePeer, type PeerIdentity } from './peer-identity.js';

/** A peer that begins anew more often than that while a signal of its first connection is under way is beyond help. */
const maxKept = 64;

/**
 * Connections that their peers gave up for another. What they said may come once more, and then to the session after: that
 * one would take it for a third connection, and end. Sessions of one network share what they know.
 */
export class GonePeers {
  static readonly #ofNetworks = new WeakMap<Network, GonePeers>();
  #identities: PeerIdentity[] = [];

  static of(network: Network): GonePeers {
    let gone = this.#ofNetworks.get(network);
    if (!gone) this.#ofNetworks.set(network, (gone = new GonePeers()));
    return gone;
  }

  add(identity: PeerIdentity): void {
    this.#identities = [...this.#identities, identity].slice(-maxKept);
  }

  has(identity: PeerIdentity): boolean {
    return this.#identities.some((one) => isSamePeer(one, identity));
  }
}
