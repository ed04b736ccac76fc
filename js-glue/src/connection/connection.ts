import { PeerSessionError, type PeerSessionErrorCode } from '../api/errors.js';
import type { SignalMessage } from '../api/types.js';
import type { GonePeers } from './gone-peers.js';
import {
  Negotiation,
  type ConnectionPatience,
  type NegotiationEvents,
  type Outcome,
  type Parties,
  type PeerConnectionMeans,
} from './negotiation.js';
import { identityOf } from './peer-identity.js';
import { Recovery } from './recovery.js';
import { epochOf } from './session-epoch.js';
import { readSignal, type Description, type Signal } from './signal.js';

export interface ConnectionEvents {
  /** May throw, or reject. */
  signal(message: SignalMessage): unknown;
  channel: NegotiationEvents['channel'];
  /** Another connection, and so another channel, takes the place of the one there is. */
  replacing(): void;
  /** This side was told to begin, or a signal came. */
  connecting(signal?: Signal): void;
  /** A description of the peer was taken. */
  described(): void;
  /** The peer has begun anew: it lost its session, and the one here is to end. */
  replaced(): void;
  /** The connection does not carry any more. Whoever wants another one calls `renew`; else it is to be closed. */
  lost(failure: boolean): void;
  state(state: RTCPeerConnectionState): void;
  serverFailed: NegotiationEvents['serverFailed'];
  reported(error: PeerSessionError): void;
}

export interface ConnectionParties extends Parties {
  /** Whom the sessions before this one have known. */
  gone: GonePeers;
}

export interface ConnectionMeans extends PeerConnectionMeans {
  channelLabel: string;
}

/** The way to the peer for as long as the session lives, over one peer connection after the other. */
export class Connection {
  readonly #parties: ConnectionParties;
  readonly #means: ConnectionMeans;
  readonly #patience: ConnectionPatience;
  readonly #events: ConnectionEvents;
  readonly #recovery: Recovery;
  #current: Negotiation;
  /** It takes the place of one that is lost, and has not been connected yet. */
  #isReplacement = false;
  #peerEpoch: string | undefined;
  #started = false;
  #closed = false;
  #reason: PeerSessionErrorCode = 'closed';

  /** @throws PeerSessionError where no peer connection can be made. */
  constructor(
    parties: ConnectionParties,
    means: ConnectionMeans,
    patience: ConnectionPatience,
    events: ConnectionEvents,
  ) {
    this.#parties = parties;
    this.#means = means;
    this.#patience = patience;
    this.#events = events;
    this.#recovery = new Recovery(patience.clock, this.#offers, {
      restart: () => {
        void this.#current.restartIce();
      },
      lost: () => {
        this.#lose(true);
      },
      again: () => {
        this.#replace();
      },
    });
    this.#current = this.#negotiate();
  }

  get hasFailed(): boolean {
    return this.#closed || ['failed', 'disconnected', 'closed'].includes(this.#current.state);
  }

  get maxMessageSize(): number | undefined {
    return this.#current.maxMessageSize;
  }

  /** The side whose id sorts first offers; the other waits for it. */
  async start(): Promise<Outcome> {
    this.#events.connecting();
    if (this.#started || !this.#offers) return undefined;
    this.#started = true;
    return this.#current.offer(this.#means.channelLabel);
  }

  async handleSignal(message: unknown): Promise<Outcome> {
    if (this.#closed) return this.#over();
    let signal: Signal | undefined;
    try {
      signal = readSignal(message);
    } catch (cause) {
      const error = new PeerSessionError('signal-failed', { cause });
      this.#events.reported(error);
      return error;
    }
    if (!signal) return undefined;
    this.#events.connecting(signal);
    if (signal.type !== 'candidate') {
      if (this.#isGone(signal.sdp)) return undefined;
      // At once and not in its turn: nothing more may go to a peer that is not the one it was for.
      const isForAnother = this.#current.isOfAnother(signal.sdp) || (this.#isReplacement && this.#current.hasFailed);
      if (signal.type === 'offer' && isForAnother) return this.#takeAnother(signal);
      if (this.#isReplacement && !this.#isOfSameSession(signal.sdp)) return this.#endReplaced();
    }
    return this.#ended(await this.#current.take(signal));
  }

  /** The channel was lost, and another one is wanted. */
  renew(): void {
    if (!this.#isReplacement) this.#replace();
  }

  /** After the channel was told to close; `channelCloses` is whether it took that. */
  close(channelCloses: boolean): void {
    this.#closed = true;
    this.#recovery.stop();
    this.#current.close(channelCloses);
  }

  get #offers(): boolean {
    return this.#parties.self < this.#parties.peer;
  }

  #negotiate(): Negotiation {
    const events: NegotiationEvents = {
      signal: (message) => this.#events.signal(message),
      channel: (channel, usable) => this.#events.channel(channel, usable),
      reported: (error) => {
        this.#events.reported(error);
      },
      described: (sdp) => {
        this.#peerEpoch ??= epochOf(sdp);
        this.#events.described();
      },
      another: (offer) => this.#takeAnother(offer),
      serverFailed: (what) => {
        this.#events.serverFailed(what);
      },
      state: (state) => {
        this.#events.state(state);
        if (state === 'connected') this.#isReplacement = false;
        // No browser says 'closed' so, but libdatachannel ends in this state, and passes through any other in no time.
        if (state === 'closed' && !this.#isReplacement) this.#lose(false);
        else this.#recovery.state(state);
      },
    };
    return new Negotiation(this.#means, this.#parties, this.#patience, events);
  }

  #lose(failure: boolean): void {
    // Towards other peers a connection may come back until the platform says that it does not.
    if (this.#peerEpoch === undefined && failure && this.#current.state !== 'failed') return;
    this.#events.lost(failure);
  }

  /** A new connection in the place of the one there is. */
  #replace(): void {
    if (this.#closed) return;
    if (this.#current.peer) this.#parties.gone.add(this.#current.peer);
    this.#current.abandon();
    this.#events.replacing();
    this.#isReplacement = true;
    this.#recovery.renewing();
    try {
      this.#current = this.#negotiate();
    } catch (error) {
      // It is tried again, as long as the session lives.
      this.#events.reported(error as PeerSessionError);
      return;
    }
    if (this.#offers) void this.#current.offer(this.#means.channelLabel);
  }

  /** An offer of another connection than the one there is. */
  async #takeAnother(offer: Description): Promise<Outcome> {
    if (!this.#isOfSameSession(offer.sdp)) return this.#endReplaced();
    const before = this.#current;
    if (!this.#isReplacement) this.#events.lost(true);
    if (this.#isClosed()) return this.#over();
    if (this.#current === before) this.#replace();
    return this.#ended(await this.#current.take(offer));
  }

  /** The same session object has made it, and says so. */
  #isOfSameSession(sdp: string): boolean {
    return this.#peerEpoch !== undefined && epochOf(sdp) === this.#peerEpoch;
  }

  /** What the peer said before it began anew, or of a connection that was lost. */
  #isGone(sdp: string): boolean {
    const identity = identityOf(sdp);
    return identity !== undefined && this.#parties.gone.has(identity);
  }

  #endReplaced(): PeerSessionError {
    if (this.#current.peer) this.#parties.gone.add(this.#current.peer);
    this.#reason = 'peer-replaced';
    this.#events.replaced();
    return this.#over();
  }

  /** A step that was given up with the session has the session's reason. */
  #ended(outcome: Outcome): Outcome {
    return outcome?.code === 'closed' && this.#closed ? this.#over() : outcome;
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #over(): PeerSessionError {
    return new PeerSessionError(this.#reason);
  }
}
