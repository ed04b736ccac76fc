// @ts-check
import { KeptServers } from './ice-servers.mjs';
import { Peer } from './peer.mjs';
import { Signalling } from './signalling.mjs';

/** The demo's server lets eight in; another one's crowd is no reason to open connections without end. */
const mostPeers = 32;

/**
 * @typedef {import('./peer.mjs').PeerHandlers & {
 *   joined(isFirst: boolean): void,
 *   left(peer: Peer): void,
 *   serverLost(refusal: string, isFinal: boolean): void,
 * }} RoomHandlers
 */

/** Everybody in the room of a code, and the way to them. */
export class Room {
  /** @type {Map<string, Peer>} */
  #peers = new Map();
  /** @type {Set<string>} */
  #present = new Set();
  #myId = '';
  #signalling;
  #servers = new KeptServers(() => this.#signalling.send({ type: 'ice-servers' }));

  /**
   * @param {{ server: URL, code: string, iceServers: RTCIceServer[] | undefined }} place
   * @param {Awaited<ReturnType<typeof import('./requirements.mjs').loadRequirements>>} tools
   * @param {RoomHandlers} handlers
   */
  constructor(place, tools, handlers) {
    this.place = place;
    this.tools = tools;
    this.handlers = handlers;
    this.#signalling = new Signalling(
      { ...place, ...tools },
      {
        servers: (told) => this.#servers.take(told),
        joined: (id, peers) => this.#joined(id, peers),
        peerJoined: (id) => this.#add(id),
        peerLeft: (id) => this.#remove(id),
        peerDropped: (id) => this.#drop(id),
        signal: (signal) => void this.#peers.get(signal.senderId)?.handleSignal(signal),
        lost: (refusal, isFinal) => handlers.serverLost(refusal, isFinal),
      },
    );
  }

  get peers() {
    return [...this.#peers.values()];
  }

  /** Says goodbye to everybody. */
  close() {
    for (const peer of this.#peers.values()) peer.leave();
    this.#peers.clear();
    this.#signalling.close();
  }

  /**
   * @param {string} id
   * @param {string[]} peers
   */
  #joined(id, peers) {
    const isFirst = this.#myId === '';
    // A server that does not know this side again: to the others it is somebody new.
    if (this.#myId !== id) for (const peer of this.peers) this.#remove(peer.id);
    this.#myId = id;
    for (const peer of this.peers) if (!peers.includes(peer.id)) this.#drop(peer.id);
    for (const peer of peers) this.#add(peer);
    this.handlers.joined(isFirst);
  }

  /** @param {string} id */
  #add(id) {
    if (id === this.#myId || (!this.#peers.has(id) && this.#peers.size >= mostPeers)) return;
    this.#present.add(id);
    const known = this.#peers.get(id);
    // Its signals, or this side's, may have been lost with the way to the server.
    if (known) {
      known.renew();
      return;
    }
    const { handlers, tools, place } = this;
    const context = {
      myId: this.#myId,
      send: (/** @type {import('./late-candidates.mjs').Signal} */ signal) => this.#signalling.send(signal),
      RTCPeerConnection: tools.RTCPeerConnection,
      iceServers: place.iceServers ?? this.#servers.source,
    };
    const peer = new Peer(id, context, {
      ...handlers,
      interrupted: (peer) => this.#ifPresent(peer, () => handlers.interrupted(peer)),
      lost: (peer, wasConnected) => this.#ifPresent(peer, () => handlers.lost(peer, wasConnected)),
    });
    this.#peers.set(id, peer);
  }

  /**
   * Somebody's way to the server broke: what goes on between the two goes on for as long as it does.
   *
   * @param {string} id
   */
  #drop(id) {
    this.#present.delete(id);
    if (!this.#peers.get(id)?.isConnected) this.#remove(id);
  }

  /**
   * Without the server nobody is found again.
   *
   * @param {Peer} peer
   * @param {() => void} tell
   */
  #ifPresent({ id }, tell) {
    if (this.#present.has(id)) tell();
    else this.#remove(id);
  }

  /** @param {string} id */
  #remove(id) {
    this.#present.delete(id);
    const peer = this.#peers.get(id);
    if (!peer) return;
    this.#peers.delete(id);
    peer.leave();
    this.handlers.left(peer);
  }
}
