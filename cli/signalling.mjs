// @ts-check
import { randomBytes } from 'node:crypto';

// As the demo's server knows them (web-demo/shared/signal-protocol.mjs).
const protocol = 'peer-session.signal';
const keyPrefix = 'peer-session.key.';
const keyLastsSeconds = 24 * 60 * 60;

const firstRetryMs = 1_000;
const longestRetryMs = 15_000;
/** What another attempt would not change. */
const finalRefusals = new Set(['bad-room', 'bad-key', 'replaced']);

/**
 * @typedef {object} SignallingHandlers
 * @property {(told: object) => void} servers What the server says of ICE servers: before `joined`, and when it was asked for them.
 * @property {(id: string, peers: string[]) => void} joined At first, and whenever the connection is back: with those who are there.
 * @property {(id: string) => void} peerJoined For the first time or again.
 * @property {(id: string) => void} peerLeft Somebody said goodbye.
 * @property {(id: string) => void} peerDropped Somebody's own way to the server broke.
 * @property {(signal: any) => void} signal
 * @property {(refusal: string, isFinal: boolean) => void} lost The server is out of reach, or refuses (with its words). Tried again unless final.
 */

/** The way to the room: a WebSocket that comes back by itself, as the same person. */
export class Signalling {
  #key = newKey(Date.now() / 1000);
  #failures = 0;
  #refusal = { code: '', message: '' };
  #isClosed = false;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {NodeJS.Timeout | undefined} */
  #retry;

  /**
   * @param {{ server: URL, code: string, WebSocket: typeof WebSocket }} way
   * @param {SignallingHandlers} handlers
   */
  constructor(way, handlers) {
    this.way = way;
    this.handlers = handlers;
    this.#connect();
  }

  /**
   * What is sent while there is no connection is lost; whoever waits for it begins anew when there is one.
   *
   * @param {object} signal
   */
  send(signal) {
    if (this.#socket?.readyState === this.way.WebSocket.OPEN) this.#socket.send(JSON.stringify(signal));
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #connect() {
    const { server, code, WebSocket } = this.way;
    const url = new URL('signal', server);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.search = new URLSearchParams({ room: code }).toString();
    const socket = new WebSocket(url, [protocol, `${keyPrefix}${this.#key}`]);
    this.#socket = socket;
    this.#refusal = { code: '', message: '' };
    socket.addEventListener('message', ({ data }) => {
      if (!this.#isClosed && typeof data === 'string') this.#handle(parse(data));
    });
    const over = () => {
      if (!this.#isClosed && this.#socket === socket) this.#lost();
    };
    // Not all say "close" where there was no connection at all.
    socket.addEventListener('error', over);
    socket.addEventListener('close', over);
  }

  #lost() {
    this.#socket = undefined;
    const { code, message } = this.#refusal;
    const isFinal = finalRefusals.has(code);
    const delay = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
    // Whoever lost the same server does not come back to the next one in the same moment.
    this.#retry = setTimeout(() => this.#connect(), delay * (0.5 + Math.random()));
    this.#failures += 1;
    if (isFinal) this.close();
    this.handlers.lost(message, isFinal);
  }

  /** @param {any} message */
  #handle(message) {
    const { handlers } = this;
    const { type, id } = message;
    if (type === 'error') {
      // Said before the server closes; an unknown peer has only just left.
      if (message.code !== 'unknown-peer')
        this.#refusal = { code: String(message.code), message: String(message.message) };
      // The next attempt is somebody new, who goes by the server's clock.
      if (message.code === 'key-expired') this.#key = newKey(Number(message.now) || Date.now() / 1000);
    } else if (typeof message.senderId === 'string') {
      handlers.signal(message);
    } else if (type === 'ice-servers') {
      handlers.servers(message);
    } else if (typeof id === 'string') {
      if (type === 'welcome') {
        this.#failures = 0;
        handlers.servers(message);
        const peers = Array.isArray(message.peers) ? message.peers : [];
        handlers.joined(
          id,
          peers.filter((/** @type {unknown} */ peer) => typeof peer === 'string'),
        );
      }
      if (type === 'peer-joined') handlers.peerJoined(id);
      if (type === 'peer-left') handlers.peerLeft(id);
      if (type === 'peer-dropped') handlers.peerDropped(id);
    }
  }
}

/**
 * Holds for a day.
 *
 * @param {number} now In seconds.
 */
function newKey(now) {
  return `${Math.floor(now) + keyLastsSeconds}.${randomBytes(32).toString('base64url')}`;
}

/** @param {string} text */
function parse(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    // A server of another kind: what it says is of no use.
    return {};
  }
}
