import { PeerSessionError, type PeerSessionErrorCode } from '../errors.js';
import { Listeners } from '../listeners.js';
import { onRejection } from '../thenable.js';
import type { SignalMessage } from '../types.js';
import { CandidateBuffer } from './candidate-buffer.js';

export interface ConnectionEvents {
  /** May throw, or reject. */
  signal(message: SignalMessage): unknown;
  channel(channel: RTCDataChannel): void;
  /** `failed` is for good, and so is `closed`, which this side had no part in. */
  state(state: RTCPeerConnectionState): void;
  reported(error: PeerSessionError): void;
}

export interface ConnectionParties {
  /** This tab's session id. */
  self: string;
  /** The remote session id. */
  peer: string;
}

/** Sets up the peer connection: descriptions, candidates, and the one channel. */
export class Connection {
  readonly #pc: RTCPeerConnection;
  readonly #parties: ConnectionParties;
  readonly #events: ConnectionEvents;
  readonly #candidates = new CandidateBuffer();
  readonly #listeners: Listeners;
  /** The one of the session; any other is closed by who it is given to. */
  #channel: RTCDataChannel | undefined;
  /** Signals are applied one after the other, in the order they came. */
  #signals: Promise<unknown> = Promise.resolve();
  #started = false;
  /** Not read off `remoteDescription`, which node-datachannel has from the beginning. */
  #peerIsDescribed = false;
  #closed = false;

  constructor(pc: RTCPeerConnection, parties: ConnectionParties, events: ConnectionEvents) {
    this.#pc = pc;
    this.#parties = parties;
    this.#events = events;
    this.#listeners = new Listeners(pc);
    this.#listeners.on('icecandidate', (event) => {
      const { candidate } = event as RTCPeerConnectionIceEvent;
      if (candidate?.candidate) this.#signal({ ...this.#envelope('candidate'), candidate: toInit(candidate) });
    });
    this.#listeners.on('datachannel', (event) => {
      this.#announce((event as RTCDataChannelEvent).channel);
    });
    this.#listeners.on('connectionstatechange', () => {
      events.state(pc.connectionState);
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get hasFailed(): boolean {
    return this.#closed || ['failed', 'disconnected', 'closed'].includes(this.#pc.connectionState);
  }

  get maxMessageSize(): number | undefined {
    return this.#pc.sctp?.maxMessageSize;
  }

  /** The side whose id sorts first offers; the other waits for it. */
  async start(channelLabel: string): Promise<PeerSessionError | undefined> {
    if (this.#started || !(this.#parties.self < this.#parties.peer)) return undefined;
    this.#started = true;
    return this.#attempt('connection-failed', async () => {
      this.#announce(this.#pc.createDataChannel(channelLabel, { ordered: true }));
      await this.#describeSelf('offer');
    });
  }

  async handleSignal(message: SignalMessage): Promise<PeerSessionError | undefined> {
    const applied = this.#signals.then(() => this.#attempt('signal-failed', () => this.#apply(message)));
    this.#signals = applied;
    return applied;
  }

  /** After the channel was told to close; `channelCloses` is whether it took that. */
  close(channelCloses: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.removeAll();
    const close = () => {
      try {
        this.#pc.close();
      } catch {
        // The session is over all the same, and nothing listens to what it left behind.
      }
    };
    // In node-datachannel a channel begins to close a turn later, and stays open until then. The peer has to hear of it
    // first: browsers take the orderly end of libdatachannel's connection for none.
    if (channelCloses && this.#channel?.readyState === 'open')
      this.#channel.addEventListener('close', close, { once: true });
    else close();
  }

  #announce(channel: RTCDataChannel): void {
    this.#channel ??= channel;
    this.#events.channel(channel);
  }

  async #apply(message: SignalMessage): Promise<void> {
    switch (message.type) {
      case 'offer':
        await this.#describePeer('offer', message.sdp);
        await this.#describeSelf('answer');
        break;
      case 'answer':
        await this.#describePeer('answer', message.sdp);
        break;
      case 'candidate':
        if (this.#peerIsDescribed) await this.#pc.addIceCandidate(message.candidate);
        else this.#candidates.add(message.candidate);
        break;
    }
  }

  async #describeSelf(type: 'offer' | 'answer'): Promise<void> {
    const description = await (type === 'offer' ? this.#pc.createOffer() : this.#pc.createAnswer());
    await this.#pc.setLocalDescription(description);
    this.#signal({ ...this.#envelope(type), sdp: description.sdp ?? '' });
  }

  async #describePeer(type: 'offer' | 'answer', sdp: string): Promise<void> {
    await this.#pc.setRemoteDescription({ type, sdp });
    this.#peerIsDescribed = true;
    for (const candidate of this.#candidates.takeAll()) {
      await this.#attempt('signal-failed', () => this.#pc.addIceCandidate(candidate));
    }
  }

  #envelope<T extends SignalMessage['type']>(type: T): { type: T; senderId: string; targetId: string } {
    return { type, senderId: this.#parties.self, targetId: this.#parties.peer };
  }

  #signal(message: SignalMessage): void {
    if (this.#closed) return;
    const report = (cause: unknown) => {
      this.#events.reported(new PeerSessionError('send-signal-failed', { cause }));
    };
    try {
      onRejection(this.#events.signal(message), report);
    } catch (cause) {
      report(cause);
    }
  }

  /** A failure is reported and returned, never thrown. What a closed connection rejects was expected: not reported. */
  async #attempt(code: PeerSessionErrorCode, work: () => Promise<void>): Promise<PeerSessionError | undefined> {
    try {
      if (!this.isClosed) {
        await work();
        return undefined;
      }
    } catch (cause) {
      if (!this.isClosed) {
        const error = new PeerSessionError(code, { cause });
        this.#events.reported(error);
        return error;
      }
    }
    return new PeerSessionError('closed');
  }
}

function toInit(candidate: RTCIceCandidate): RTCIceCandidateInit {
  return typeof candidate.toJSON === 'function' ? candidate.toJSON() : candidate;
}
