// Servers that find each other through NATS (https://nats.io).
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, credsAuthenticator, errors } from '@nats-io/transport-node';
import { decode, encode, EVERY_PROCESS } from './messages.mjs';

const RETRY_MS = 500;
const CONNECT_MS = 5_000;
const PING_MS = 2_000;
// Longer than anybody waits for what is asked.
const ASK_MS = 5_000;

/** Names are of any script, and what would be a wildcard in a subject is a name, too: a subject has their hash. */
export const subjectOf = (channel) =>
  channel === EVERY_PROCESS
    ? 'peer-session.processes'
    : `peer-session.room.${createHash('sha256').update(channel).digest('base64url')}`;

/** @typedef {import('./bus.mjs').Bus} Bus */

/** @implements {Bus} */
export class NatsBus {
  /** @type {'connected' | 'disconnected'} */
  status = 'disconnected';
  #channels = new Map();
  #listeners = new Set();
  /** @type {Awaited<ReturnType<typeof connect>> | undefined} */
  #connection;
  #closing = new AbortController();
  #running;
  #problem = '';
  #said = '';
  #complaint = '';

  /**
   * @param {{ servers: string[], token?: string, credentials?: Uint8Array, log?: (line: string) => void }} options
   */
  constructor({ log = () => {}, ...access }) {
    this.log = log;
    this.#running = this.#run(optionsFor(access));
  }

  onStatus(listener) {
    this.#listeners.add(listener);
  }

  publish(channel, message) {
    // The library would keep it and send it when it is no longer true.
    if (this.status !== 'connected') return;
    try {
      this.#connection.publish(subjectOf(channel), encode(channel, message));
    } catch (error) {
      // Closed this very moment, or more than NATS is set to take at once.
      this.#complain(error);
    }
  }

  async ask(room, message) {
    if (this.status !== 'connected') return false;
    try {
      await this.#connection.request(subjectOf(room), encode(room, message), { timeout: ASK_MS });
      return true;
    } catch (error) {
      return !(error instanceof errors.RequestError && error.isNoResponders());
    }
  }

  subscribe(channel, handler) {
    const entry = { handler, subscription: undefined };
    this.#channels.set(channel, entry);
    if (this.#connection && !this.#connection.isClosed()) this.#listen(channel, entry);
    return () => {
      this.#channels.delete(channel);
      if (!this.#connection?.isClosed()) entry.subscription?.unsubscribe();
    };
  }

  async close() {
    this.#closing.abort();
    if (this.status === 'connected') await this.#connection.flush().catch(() => {});
    this.status = 'disconnected';
    await this.#connection?.close();
    await this.#running;
  }

  async #run(options) {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const connection = await connect(options);
        if (!signal.aborted) await this.#use(connection);
        await connection.close();
      } catch (error) {
        this.#problem = error.message;
      }
      this.#connection = undefined;
      if (!signal.aborted) this.#change('disconnected');
      await wait(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Until it is closed: what is lost in between the library makes anew, with every subscription. */
  async #use(connection) {
    this.#connection = connection;
    for (const [channel, entry] of this.#channels) this.#listen(channel, entry);
    this.#change('connected');
    for await (const status of connection.status()) {
      if (status.type === 'error') this.#problem = status.error.message;
      if (status.type === 'disconnect') this.#change('disconnected');
      if (status.type === 'reconnect') this.#change('connected');
    }
  }

  #listen(channel, entry) {
    entry.subscription = this.#connection.subscribe(subjectOf(channel), {
      callback: (error, packet) => {
        if (error) return this.#complain(error);
        // All that is asked here is whether anybody hears it.
        if (packet.reply) packet.respond();
        const message = decode(channel, packet.data);
        if (message) entry.handler(message);
      },
    });
  }

  /** Of what is refused time and again once is enough. */
  #complain({ name, message }) {
    if (name !== this.#complaint) this.log(`signalling bus: ${message}`);
    this.#complaint = name;
  }

  #change(status) {
    const isNews = status !== this.status || (status === 'disconnected' && this.#said === '');
    this.status = status;
    if (!isNews) return;
    this.#said = status;
    const why = this.#problem === '' ? '' : ` (${this.#problem})`;
    this.log(
      status === 'connected'
        ? 'signalling bus: connected to NATS; rooms are shared with the other servers'
        : `signalling bus: NATS cannot be reached${why}; rooms on this server go on alone`,
    );
    this.#problem = '';
    for (const listener of this.#listeners) listener(status);
  }
}

/** @param {{ servers: string[], token?: string, credentials?: Uint8Array }} access */
function optionsFor({ servers, token, credentials }) {
  const urls = servers.map((server) => new URL(server));
  const [{ username, password }] = urls;
  return {
    servers: urls.map(({ host }) => host),
    // Nothing of its own comes back: whoever asks hears at once that nobody else is there.
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    timeout: CONNECT_MS,
    pingInterval: PING_MS,
    ...(urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    ...(credentials ? { authenticator: credsAuthenticator(credentials) } : accessFrom(username, password, token)),
  };
}

function accessFrom(username, password, token) {
  if (password !== '') return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const word = username === '' ? token : decodeURIComponent(username);
  return word ? { token: word } : {};
}
