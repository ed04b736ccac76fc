// @ts-check
import { Console } from 'node:console';
import { PeerSession, Transfers } from '../dist/transfers.js';
import { apart, Outbox } from './late-candidates.mjs';

/** What `DEBUG=peer-session:*` asks for; stdout is for results. */
const logging = process.env['DEBUG'] ? { debug: process.env['DEBUG'], logger: new Console(process.stderr) } : {};

const firstRetryMs = 500;
const longestRetryMs = 30_000;

/**
 * @typedef {object} PeerContext
 * @property {string} myId
 * @property {(signal: import('./late-candidates.mjs').Signal) => void} send
 * @property {typeof RTCPeerConnection} RTCPeerConnection
 * @property {import('../dist/transfers.js').IceServers | undefined} iceServers
 *
 * @typedef {object} PeerHandlers
 * @property {(peer: Peer, transfers: Transfers) => void} connected A session is open: the first, or a new one.
 * @property {(peer: Peer, file: import('../dist/transfers.js').IncomingFile) => void} offered
 * @property {(peer: Peer, transfers: Transfers, hash: string) => void} requested It asks for that content, which it was offered before.
 * @property {(peer: Peer) => void} interrupted The connection is lost, and made anew for the same session, for a while.
 * @property {(peer: Peer, wasConnected: boolean) => void} lost The session is over; another one is tried.
 */

/** Somebody in the room for as long as they can be reached: a session, and a new one whenever the old one is lost. */
export class Peer {
  #failures = 0;
  #hasLeft = false;
  #wasConnected = false;
  /** @type {NodeJS.Timeout | undefined} */
  #retry;

  /**
   * @param {string} id
   * @param {PeerContext} context
   * @param {PeerHandlers} handlers
   */
  constructor(id, context, handlers) {
    this.id = id;
    this.context = context;
    this.handlers = handlers;
    this.outbox = new Outbox(context.send);
    this.session = this.#open();
  }

  get isConnected() {
    return this.session.isConnected;
  }

  /** Attempts that came to nothing since the last one that did not. */
  get failures() {
    return this.#failures;
  }

  /** @param {any} signal */
  async handleSignal(signal) {
    const { session, outbox } = this;
    for (const part of signal.type === 'answer' ? apart(signal) : [signal]) await session.handleSignal(part);
    if (signal.type === 'answer') outbox.release();
    // The other side began anew, and its offer ended this session or came after its end: it is for the next one.
    if (signal.type !== 'offer' || session !== this.session || session.isConnected || !session.isConnectionFailed)
      return;
    this.#replace();
    await this.session.handleSignal(signal);
  }

  /** Begins anew unless it is connected. */
  renew() {
    if (this.isConnected) return;
    this.#failures = 0;
    this.#replace();
  }

  leave() {
    this.#hasLeft = true;
    clearTimeout(this.#retry);
    this.session.close();
  }

  #replace() {
    clearTimeout(this.#retry);
    const old = this.session;
    this.session = this.#open();
    old.close();
  }

  #open() {
    const { myId, RTCPeerConnection, iceServers } = this.context;
    const nothing = () => {};
    this.outbox = new Outbox(this.context.send);
    const { outbox } = this;
    const session = new PeerSession(
      myId,
      this.id,
      { createdAt: Date.now() },
      (signal) => outbox.send(signal),
      nothing,
      nothing,
      { canReceiveFrom: () => true },
      undefined,
      (hash) => this.handlers.requested(this, transfers, hash),
      undefined,
      iceServers,
      { RTCPeerConnection, maxFileSize: Infinity, group: false, ...logging },
    );
    const transfers = Transfers.of(session);
    this.#wasConnected = false;
    transfers.addEventListener('incoming', ({ file }) => {
      this.handlers.offered(this, file);
    });
    session.addEventListener('open', () => {
      this.#failures = 0;
      this.#wasConnected = true;
      this.handlers.connected(this, transfers);
    });
    session.addEventListener('statechange', ({ state }) => {
      if (state === 'interrupted') this.handlers.interrupted(this);
    });
    session.addEventListener('close', () => {
      if (this.#hasLeft || session !== this.session) return;
      this.#retryLater();
      // Which may leave for good.
      this.handlers.lost(this, this.#wasConnected);
    });
    void session.start();
    return session;
  }

  #retryLater() {
    const delay = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
    this.#failures += 1;
    // Only the side that starts can; the other answers its offer.
    if (this.context.myId >= this.id) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#replace(), delay);
  }
}
