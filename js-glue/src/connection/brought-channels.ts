import { PeerSessionError } from '../api/errors.js';
import type { Connection, ConnectionEvents } from './connection.js';
import type { Outcome } from './negotiation.js';

/** In the place of a connection, where the application brings the channels. */
export class BroughtChannels implements Pick<Connection, keyof Connection> {
  readonly #events: Omit<ConnectionEvents, 'signal'>;
  #closed = false;
  maxMessageSize: number | undefined;

  constructor(events: Omit<ConnectionEvents, 'signal'>) {
    this.#events = events;
  }

  get hasFailed(): boolean {
    return this.#closed;
  }

  attach(channel: RTCDataChannel, maxMessageSize: number | undefined): void {
    this.maxMessageSize = maxMessageSize;
    this.#events.connecting();
    // Then it says so no more. One that is handed over to another thread is closed here.
    const isClosed = channel.readyState === 'closed';
    this.#events.channel(channel);
    if (isClosed) this.#events.lost(false);
  }

  /** The wait for the first one begins. */
  async start(): Promise<Outcome> {
    this.#events.connecting();
    return Promise.resolve(undefined);
  }

  async handleSignal(): Promise<Outcome> {
    const cause = new Error('This session makes no connection: options.RTCPeerConnection is false.');
    const error = new PeerSessionError('signal-failed', { cause });
    this.#events.reported(error);
    return Promise.resolve(error);
  }

  /** The application brings the next one. */
  renew(): void {
    this.#events.replacing();
  }

  close(): void {
    this.#closed = true;
  }
}
