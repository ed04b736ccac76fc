import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { startServer } from '../../web-demo/server/start-server.mjs';

/** Starts the real server for one test and stops it when the test ends. */
export async function serverFor(t, limits = {}, options = {}) {
  const server = await startServer({ port: 0, limits, ...options });
  t.after(() => server.close());
  return server;
}

/** As the page and the command draw one. `now` in milliseconds. */
export const newKey = (now = Date.now(), lastsSeconds = 24 * 60 * 60) =>
  `${Math.floor(now / 1000) + lastsSeconds}.${randomBytes(32).toString('base64url')}`;

/** A client that keeps every message until the test asks for it, so that none is missed between two awaits. */
export class Client {
  id = '';
  /** @type {string[]} */
  peers = [];
  #received = [];
  #waiting = [];

  /** @param {{ key?: string } & import('ws').ClientOptions} [options] */
  constructor(server, room = 'room', { key, ...options } = {}) {
    const offered = key === undefined ? [] : ['peer-session.signal', `peer-session.key.${key}`];
    const url = new URL(`signal?room=${encodeURIComponent(room)}`, server.url.replace('http', 'ws'));
    this.socket = new WebSocket(url, offered, options);
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({ code, reason: reason.toString() }));
    this.socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      const next = this.#waiting.shift();
      if (next) next(message);
      else this.#received.push(message);
    });
  }

  static async join(server, room, options) {
    const client = new Client(server, room, options);
    const welcome = await client.next();
    if (welcome.type !== 'welcome') throw new Error(`expected a welcome, got ${JSON.stringify(welcome)}`);
    client.id = welcome.id;
    client.peers = welcome.peers;
    return client;
  }

  next() {
    const message = this.#received.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  get unread() {
    return [...this.#received];
  }

  send(message) {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  async leave() {
    this.socket.close();
    await this.closed;
  }

  /**
   * Resolves when the server has handled everything this client sent before: it answers in order, and a signal
   * to an id that cannot exist is always answered.
   */
  async settled() {
    this.send({ type: 'candidate', targetId: 'nobody', candidate: null });
    for (;;) {
      const message = await this.next();
      if (message.code === 'unknown-peer') return;
      throw new Error(`an unexpected message came first: ${JSON.stringify(message)}`);
    }
  }
}

export const offerTo = (targetId, extra = {}) => ({
  type: 'offer',
  targetId,
  sdp: { type: 'offer', sdp: 'v=0' },
  ...extra,
});

/** What the server answers to the request for a WebSocket: 101, or why not. */
export function statusOfUpgrade(server, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const outgoing = request({ host: 'localhost', port: server.port, path, headers: { ...upgrade, ...headers } });
    outgoing.on('response', (response) => resolve(response.resume().statusCode));
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Keeps what the server logs. */
export function keptLog() {
  const lines = [];
  const keep = (level) => (event, details) => void lines.push({ level, event, ...details });
  return { lines, log: { info: keep('info'), warn: keep('warn') } };
}
