import { PeerSessionError, type PeerSessionErrorCode } from '../api/errors.js';
import type { Clock } from '../api/options.js';
import type { SignalMessage } from '../api/types.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';
import { Listeners } from '../basics/listeners.js';
import { isThenable, onRejection } from '../basics/thenable.js';
import { CandidateBuffer } from './candidate-buffer.js';
import { Gathering } from './gathering.js';
import type { Configure } from './ice-servers.js';
import { closeInOrder, type ChannelEnd } from './orderly-close.js';
import { identityOf, isSamePeer, type PeerIdentity } from './peer-identity.js';
import { withEpoch } from './session-epoch.js';
import { toCandidateInit, type Description, type Signal } from './signal.js';
import { untilUsable } from './usable.js';

/** What went wrong, if anything did: it has been reported. */
export type Outcome = PeerSessionError | undefined;

export interface NegotiationEvents {
  /** May throw, or reject. */
  signal(message: SignalMessage): unknown;
  /** It takes nothing before `usable` has settled. Returns what tells of its end, wherever it goes. */
  channel(channel: RTCDataChannel, usable?: Promise<unknown>): ChannelEnd;
  /** A description of the peer was taken. */
  described(sdp: string): void;
  /** An offer of another connection than the peer's end of this one, which was the first when it came. */
  another(signal: Description): Promise<Outcome>;
  state(state: RTCPeerConnectionState): void;
  /** A server is of no use; whether that matters, the other candidates decide. */
  serverFailed(what: string): void;
  reported(error: PeerSessionError): void;
}

/** How a connection is made. */
export interface PeerConnectionMeans {
  configure: Configure;
  /** Throws a PeerSessionError where it cannot be made. */
  makePeerConnection: (configuration: RTCConfiguration) => RTCPeerConnection;
}

/** The session ids, and which session object this is. */
export interface Parties {
  /** This tab's. */
  self: string;
  /** The remote one. */
  peer: string;
  epoch: string;
}

/** How long the platform may take for what it promises, in milliseconds. */
export interface ConnectionPatience {
  clock: Clock;
  patience: number;
}

/** Signals that wait for those before them; honest peers send some dozen. */
const maxWaiting = 1024;
/**
 * An offer that has no answer is sent again after this, twice this and so on, in milliseconds: signalling that drops what comes too
 * fast takes it then. Up to a quarter more or less, so that those of a page that meets many do not come together again.
 */
const firstRetry = 2_000;

/** Unauthorized, forbidden and stale nonce: what a TURN server says of credentials (RFC 8656, section 19; RFC 8489, section 14.8). */
const refusals = [401, 403, 438];

/** Offers that came twice are known by their text. A connection is renegotiated now and then, not all the time. */
const maxOffersKept = 8;

/** Sets up one peer connection: descriptions, candidates, and its one channel. */
export class Negotiation {
  readonly #means: PeerConnectionMeans;
  /** Not there before the application has named its servers: all steps come after that. */
  #pc!: RTCPeerConnection;
  #configuration: RTCConfiguration | undefined;
  /** A server has refused the credentials. */
  #isRefused = false;
  #listeners: Listeners | undefined;
  /** Why there is no connection. */
  #failure: Outcome;
  readonly #parties: Parties;
  readonly #events: NegotiationEvents;
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #timer: DeadlineTimer;
  readonly #retry: DeadlineTimer;
  #gathering!: Gathering;
  readonly #candidates = new CandidateBuffer();
  /** The first one, which is the one of the session. Whoever hears of another closes it. */
  #channel: ChannelEnd | undefined;
  /** One step after the other, in the order they were asked for. */
  #steps: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Gives the running step up. */
  #giveUp: (cause: Error) => void = () => {};
  #awaitsAnswer = false;
  #retryDelay = firstRetry;
  /** Not read off `remoteDescription`, which node-datachannel has from the beginning. */
  #peerIsDescribed = false;
  #peer: PeerIdentity | undefined;
  /** The last description of the peer. */
  #peerSdp = '';
  /** The peer's offers that were answered, newest last. */
  #answeredOffers: string[] = [];
  #closed = false;

  /** @throws PeerSessionError where the servers are known, and the connection cannot be made. */
  constructor(
    means: PeerConnectionMeans,
    parties: Parties,
    { clock, patience }: ConnectionPatience,
    events: NegotiationEvents,
  ) {
    this.#means = means;
    this.#parties = parties;
    this.#events = events;
    this.#clock = clock;
    this.#patience = patience;
    this.#timer = new DeadlineTimer(clock, () => {
      this.#giveUp(new Error('The RTCPeerConnection did not do in time what it was asked for.'));
    });
    this.#retry = new DeadlineTimer(clock, () => {
      this.#signalDescription('offer', this.#gathering.current());
      this.#retryLater();
    });
    const configuration = means.configure(this.#notConfigured);
    if (isThenable(configuration)) void this.#enqueue('connection-failed', () => this.#makeWith(configuration));
    else this.#make(configuration);
  }

  #make(configuration: RTCConfiguration): void {
    const pc = this.#means.makePeerConnection(configuration);
    this.#pc = pc;
    this.#configuration = configuration;
    this.#gathering = new Gathering(pc, this.#clock);
    this.#listeners = new Listeners(pc);
    this.#listeners.on('icecandidate', (event) => {
      const { candidate } = event as RTCPeerConnectionIceEvent;
      if (!candidate?.candidate) {
        if (!candidate) this.#gathering.end();
        return;
      }
      const init = toCandidateInit(candidate);
      if (!this.#gathering.hold(init)) this.#signalCandidate(init);
    });
    this.#listeners.on('datachannel', (event) => {
      this.#announce((event as RTCDataChannelEvent).channel, untilUsable(pc));
    });
    this.#listeners.on('connectionstatechange', () => {
      this.#events.state(pc.connectionState);
    });
    this.#listeners.on('icecandidateerror', (event) => {
      this.#heedServer(event as RTCPeerConnectionIceErrorEvent);
    });
  }

  get state(): RTCPeerConnectionState {
    return this.#made?.connectionState ?? 'new';
  }

  /** There is no connection, and will be none. */
  get hasFailed(): boolean {
    return !!this.#failure;
  }

  get maxMessageSize(): number | undefined {
    return this.#made?.sctp?.maxMessageSize;
  }

  get #made(): RTCPeerConnection | undefined {
    return this.#pc;
  }

  /** Whose end of the connection was described; undefined: nobody's yet. */
  get peer(): PeerIdentity | undefined {
    return this.#peer;
  }

  /** Makes the channel, and offers the connection. */
  async offer(channelLabel: string): Promise<Outcome> {
    return this.#enqueue('connection-failed', async () => {
      // The peer may have offered first; one connection is enough.
      if (this.#peerIsDescribed) return undefined;
      this.#announce(this.#pc.createDataChannel(channelLabel, { ordered: true }));
      await this.#offer();
      return undefined;
    });
  }

  /** Looks for another way to the peer, for the same connection and channel. */
  async restartIce(): Promise<Outcome> {
    return this.#enqueue('connection-failed', async () => {
      if (!this.#peerIsDescribed || this.#awaitsAnswer) return undefined;
      await this.#configureAgain();
      await this.#offer({ iceRestart: true });
      return undefined;
    });
  }

  async take(signal: Signal): Promise<Outcome> {
    return this.#enqueue('signal-failed', () => this.#apply(signal));
  }

  isOfAnother(sdp: string): boolean {
    const identity = identityOf(sdp);
    return identity !== undefined && this.#peer !== undefined && !isSamePeer(this.#peer, identity);
  }

  /**
   * After the channel was told to close; `channelCloses` is whether it took that. Whoever waits for a step hears of it now,
   * whatever the platform still does.
   */
  close(channelCloses: boolean): void {
    if (!this.#letGo()) return;
    if (this.#made) closeInOrder(this.#pc, this.#channel, channelCloses);
  }

  /** Another connection takes the place of this one. */
  abandon(): void {
    if (this.#letGo() && this.#made) closeInOrder(this.#pc, undefined, false);
  }

  #letGo(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.#listeners?.removeAll();
    this.#timer.cancel();
    this.#retry.cancel();
    if (this.#made) this.#gathering.end();
    this.#giveUp(this.#over());
    return true;
  }

  #announce(channel: RTCDataChannel, usable?: Promise<unknown>): void {
    const isFirst = !this.#channel;
    this.#channel ??= channel;
    const end = this.#events.channel(channel, usable);
    if (isFirst) this.#channel = end;
  }

  // --- Servers --------------------------------------------------------------------------------------------------------

  readonly #notConfigured = (cause: unknown): void => {
    if (!this.#closed) this.#fail('ice-servers-failed', cause);
  };

  async #makeWith(awaited: Promise<RTCConfiguration>): Promise<Outcome> {
    const configuration = await awaited;
    if (this.#closed) return undefined;
    try {
      this.#make(configuration);
    } catch (failure) {
      this.#failure = failure as PeerSessionError;
      this.#events.reported(this.#failure);
    }
    return this.#failure;
  }

  /** Told once for each round: it comes for each address of this machine. */
  #heedServer({ errorCode, errorText, url }: RTCPeerConnectionIceErrorEvent): void {
    const what = `${url}: ${String(errorCode)} ${errorText}`;
    this.#events.serverFailed(what);
    if (this.#isRefused || !refusals.includes(errorCode)) return;
    this.#isRefused = true;
    this.#fail('turn-unauthorized', new Error(what));
  }

  /** Before another round of ICE: what servers let in an hour ago, they may not any more. */
  async #configureAgain(): Promise<void> {
    this.#isRefused = false;
    const configuration = await this.#means.configure(this.#notConfigured);
    if (this.#closed || configuration === this.#configuration) return;
    try {
      this.#pc.setConfiguration(configuration);
      this.#configuration = configuration;
    } catch (cause) {
      this.#notConfigured(cause);
    }
  }

  // --- Descriptions ---------------------------------------------------------------------------------------------------

  async #apply(signal: Signal): Promise<Outcome> {
    switch (signal.type) {
      case 'offer':
        return this.#takeOffer(signal);
      case 'answer':
        // One that nobody waits for came twice, or for a session before this one.
        if (!this.#awaitsAnswer) return undefined;
        await this.#describePeer('answer', signal.sdp);
        this.#awaitsAnswer = false;
        this.#retry.cancel();
        return undefined;
      case 'candidate':
        if (!signal.candidate) return undefined;
        if (!this.#peerIsDescribed) this.#candidates.add(signal.candidate);
        else if (this.#concerns(signal.candidate)) await this.#pc.addIceCandidate(signal.candidate);
        return undefined;
    }
  }

  async #takeOffer(signal: Description): Promise<Outcome> {
    const { sdp } = signal;
    if (this.#answeredOffers.includes(sdp)) {
      // The newest one comes again where its answer was lost.
      if (this.#answeredOffers.at(-1) === sdp) this.#signalDescription('answer', this.#gathering.current());
      return undefined;
    }
    // When both offer, the one of the side whose id sorts first stands.
    if (this.#awaitsAnswer && this.#parties.self < this.#parties.peer) return undefined;
    if (this.isOfAnother(sdp)) return this.#events.another(signal);
    if (this.#peer && this.#peer.ice !== identityOf(sdp)?.ice) await this.#configureAgain();
    await this.#describePeer('offer', sdp);
    this.#awaitsAnswer = false;
    this.#retry.cancel();
    await this.#describeSelf('answer', await this.#pc.createAnswer());
    this.#answeredOffers = [...this.#answeredOffers, sdp].slice(-maxOffersKept);
    return undefined;
  }

  /** An answer is awaited from then on. */
  async #offer(options?: RTCOfferOptions): Promise<void> {
    await this.#describeSelf('offer', await this.#pc.createOffer(options));
    this.#awaitsAnswer = true;
    this.#retryDelay = firstRetry;
    this.#retryLater();
  }

  async #describeSelf(type: 'offer' | 'answer', { sdp: own = '' }: RTCSessionDescriptionInit): Promise<void> {
    const { sdp, rest } = await this.#gathering.describe({ type, sdp: own });
    this.#signalDescription(type, sdp);
    for (const candidate of rest) this.#signalCandidate(candidate);
  }

  #retryLater(): void {
    this.#retry.arm(this.#clock.now() + this.#retryDelay * (0.75 + Math.random() / 2));
    this.#retryDelay *= 2;
  }

  async #describePeer(type: 'offer' | 'answer', sdp: string): Promise<void> {
    const before = this.#peer;
    // Known from here on, so that another peer's offer is told apart while this one's is being applied.
    this.#peer = identityOf(sdp);
    try {
      await this.#pc.setRemoteDescription({ type, sdp });
    } catch (cause) {
      this.#peer = before;
      throw cause;
    }
    this.#peerIsDescribed = true;
    this.#peerSdp = sdp;
    this.#events.described(sdp);
    for (const candidate of this.#candidates.takeAll()) {
      try {
        if (this.#concerns(candidate)) await this.#pc.addIceCandidate(candidate);
      } catch (cause) {
        if (!this.#closed) this.#fail('signal-failed', cause);
      }
    }
  }

  /** One of the peer's connection before this one, or of a round of ICE that is over, says nothing of this one. */
  #concerns({ usernameFragment }: RTCIceCandidateInit): boolean {
    return !usernameFragment || this.#peerSdp.includes(`a=ice-ufrag:${usernameFragment}`);
  }

  // --- Signals to the peer --------------------------------------------------------------------------------------------

  #envelope<T extends SignalMessage['type']>(type: T): { type: T; senderId: string; targetId: string } {
    return { type, senderId: this.#parties.self, targetId: this.#parties.peer };
  }

  #signalDescription(type: 'offer' | 'answer', sdp: string): void {
    this.#signal({ ...this.#envelope(type), sdp: { type, sdp: withEpoch(sdp, this.#parties.epoch) } });
  }

  #signalCandidate(candidate: RTCIceCandidateInit): void {
    this.#signal({ ...this.#envelope('candidate'), candidate });
  }

  #signal(message: SignalMessage): void {
    if (this.#closed) return;
    const report = (cause: unknown) => {
      this.#fail('send-signal-failed', cause);
    };
    try {
      onRejection(this.#events.signal(message), report);
    } catch (cause) {
      report(cause);
    }
  }

  // --- Steps ----------------------------------------------------------------------------------------------------------

  async #enqueue(code: PeerSessionErrorCode, work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#waiting >= maxWaiting) return this.#fail(code, new Error('Too many signals wait for those before them.'));
    this.#waiting += 1;
    const done = this.#steps.then(() => this.#attempt(code, work));
    this.#steps = done;
    return done;
  }

  /** A failure is reported and returned, never thrown. What a closed connection rejects was expected: not reported. */
  async #attempt(code: PeerSessionErrorCode, work: () => Promise<Outcome>): Promise<Outcome> {
    this.#waiting -= 1;
    if (this.#closed) return this.#over();
    if (this.#failure) return this.#failure;
    try {
      return await this.#bounded(work());
    } catch (cause) {
      return this.#isOver() ? this.#over() : this.#fail(code, cause);
    }
  }

  /** Settles with the work, with the end of the session, or when patience is over: a platform may leave it pending. */
  #bounded<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#giveUp = reject;
      this.#timer.arm(this.#clock.now() + this.#patience);
      work.then(resolve, reject);
    }).finally(() => {
      this.#timer.cancel();
    });
  }

  #isOver(): boolean {
    return this.#closed;
  }

  #over(): PeerSessionError {
    return new PeerSessionError('closed');
  }

  #fail(code: PeerSessionErrorCode, cause: unknown): PeerSessionError {
    const error = new PeerSessionError(code, { cause });
    this.#events.reported(error);
    return error;
  }
}
