import { PeerSessionError, type PeerSessionErrorCode } from '../errors.js';
import { Listeners } from '../listeners.js';
import type { SignalMessage } from '../types.js';
import { CandidateBuffer } from './candidate-buffer.js';

export interface ConnectionEvents {
  /** May throw, or reject. */
  signal(message: SignalMessage): unknown;
  channel(channel: RTCDataChannel): void;
  /** `failed` is for good. */
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
  /** Signals are applied one after the other, in the order they came. */
  #signals: Promise<unknown> = Promise.resolve();
  #started = false;
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
      events.channel((event as RTCDataChannelEvent).channel);
    });
    this.#listeners.on('connectionstatechange', () => {
      events.state(pc.connectionState);
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get hasFailed(): boolean {
    return ['failed', 'disconnected', 'closed'].includes(this.#pc.connectionState);
  }

  get maxMessageSize(): number | undefined {
    return this.#pc.sctp?.maxMessageSize;
  }

  /** The side whose id sorts first offers; the other waits for it. */
  async start(channelLabel: string): Promise<PeerSessionError | undefined> {
    if (this.#started || !(this.#parties.self < this.#parties.peer)) return undefined;
    this.#started = true;
    return this.#attempt('connection-failed', async () => {
      this.#events.channel(this.#pc.createDataChannel(channelLabel, { ordered: true }));
      await this.#describeSelf('offer');
    });
  }

  async handleSignal(message: SignalMessage): Promise<PeerSessionError | undefined> {
    const applied = this.#signals.then(() => this.#attempt('signal-failed', () => this.#apply(message)));
    this.#signals = applied;
    return applied;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.removeAll();
    this.#pc.close();
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
        if (this.#pc.remoteDescription) await this.#pc.addIceCandidate(message.candidate);
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
      const sent = this.#events.signal(message);
      if (sent instanceof Promise) sent.catch(report);
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
