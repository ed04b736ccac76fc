import { callHandlers } from './handlers.js';
import type { MockChannel } from './mock-channel.js';
import { MockLink } from './mock-link.js';
import type { MockNetwork } from './mock-network.js';
import { idOf, mockCandidates, mockSdp } from './mock-sdp.js';
import { nextTurn } from './turn.js';

/** The methods that a test may let fail or hang. */
export type MockCall =
  | 'createDataChannel'
  | 'createOffer'
  | 'createAnswer'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'addIceCandidate'
  | 'setConfiguration';

const invalidState = (message: string): DOMException => new DOMException(message, 'InvalidStateError');
const operationError = (message: string): DOMException => new DOMException(message, 'OperationError');

/**
 * An `RTCPeerConnection` of a `MockNetwork`, with one data channel: offers, answers, candidates and restarts as a browser has them, and
 * no network. The names of browsers mean what they mean there; the rest is for the test.
 */
export class MockConnection extends EventTarget {
  /** `connected` once both sides have both descriptions; `become` sets any other. */
  connectionState: RTCPeerConnectionState = 'new';
  /** As the standard has it; there is no state of ICE. */
  signalingState: RTCSignalingState = 'stable';
  /** What it was set to, at once; candidates are not written into it. */
  localDescription: RTCSessionDescriptionInit | null = null;
  /** What it was set to, at once. */
  remoteDescription: RTCSessionDescriptionInit | null = null;
  /** Null until there is a channel between the two. */
  sctp: Pick<RTCSctpTransport, 'maxMessageSize'> | null = null;
  /** Is called with each candidate of this side's, and with null behind the last. */
  onicecandidate: ((event: RTCPeerConnectionIceEvent) => unknown) | null = null;
  /** Is called with the other end of the channel that the peer has made. */
  ondatachannel: ((event: RTCDataChannelEvent) => unknown) | null = null;
  /** Is called with each state but the one that `close` leaves. */
  onconnectionstatechange: ((event: Event) => unknown) | null = null;
  /** What it was made with, or has been set to since. */
  configuration: RTCConfiguration | undefined;
  /** The candidates that were added, in order. */
  readonly added: RTCIceCandidateInit[] = [];
  /** The methods that were called, in order; a rejected call is not in it. */
  readonly calls: string[] = [];
  /** Set by a test: which methods reject with an `OperationError`; `createDataChannel` and `setConfiguration` throw it. */
  readonly failing = new Set<MockCall>();
  /** Set by a test: which methods return a promise that never settles. */
  readonly hanging = new Set<MockCall>();
  /** How often ICE was restarted. */
  generation = 0;
  /** That of the channel which this side has made. */
  link: MockLink | undefined;
  /** What `createDataChannel` was given. */
  channelInit: RTCDataChannelInit | undefined;
  readonly #network: MockNetwork;
  readonly #id: number;
  #channel: MockChannel | undefined;

  /** Applications and tests make it by its network's `RTCPeerConnection`. */
  constructor(network: MockNetwork, configuration?: RTCConfiguration) {
    super();
    this.#network = network;
    this.configuration = configuration;
    this.#id = network.connections.push(this) - 1;
    callHandlers(this, ['icecandidate', 'datachannel', 'connectionstatechange']);
  }

  /** Nothing but that it is noted; each round of ICE goes by the last. */
  setConfiguration(configuration?: RTCConfiguration): void {
    void this.#begin('setConfiguration');
    this.configuration = configuration;
  }

  /** One end of a new link; the other side is told of the other end once the two are connected. */
  createDataChannel(label: string, init?: RTCDataChannelInit): MockChannel {
    void this.#begin('createDataChannel');
    const link = new MockLink({ ...this.#network.linkOptions, label, ...(init && { init }) });
    this.#network.link ??= link;
    this.channelInit = init;
    this.#channel = link.a;
    this.link = link;
    return link.a;
  }

  /** With `iceRestart`, one of another generation. */
  async createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    await this.#begin('createOffer');
    if (options?.iceRestart) this.generation += 1;
    return this.#describe('offer');
  }

  /** Rejects with an `InvalidStateError` where there is no offer to answer. */
  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    await this.#begin('createAnswer');
    if (this.signalingState !== 'have-remote-offer') throw invalidState('no offer');
    return this.#describe('answer');
  }

  /** Without a description: the one that is due. Candidates follow in another turn of the event loop. */
  async setLocalDescription(description?: RTCSessionDescriptionInit): Promise<void> {
    await this.#begin('setLocalDescription');
    const given = description ?? this.#describe(this.signalingState === 'have-remote-offer' ? 'answer' : 'offer');
    this.signalingState = given.type === 'offer' ? 'have-local-offer' : 'stable';
    this.localDescription = given;
    nextTurn(() => {
      this.#gather();
    });
    this.#join();
  }

  /** Rejects with an `OperationError` what is no mock's description, and with an `InvalidStateError` an answer to nothing. */
  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    await this.#begin('setRemoteDescription');
    if (Number.isNaN(idOf(description))) throw operationError('cannot parse');
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw invalidState('no offer was made');
    }
    // An offer takes the place of this side's own, as browsers have it.
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    this.remoteDescription = description;
    this.#join();
  }

  /** Rejects with an `InvalidStateError` before there is a remote description, and with an `OperationError` what is none. */
  async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
    await this.#begin('addIceCandidate');
    if (!this.remoteDescription) throw invalidState('no remote description');
    // The end of the candidates.
    if (!candidate?.candidate) return;
    if (!candidate.candidate.startsWith('candidate:')) throw operationError('cannot parse');
    this.added.push(candidate);
  }

  /** Abrupt: nobody on this side hears of it, and the other side's channel closes. */
  close(): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = 'closed';
    this.signalingState = 'closed';
    this.calls.push('close');
    const channel = this.#channel;
    if (!channel) return;
    channel.end('silent');
    nextTurn(() => {
      channel.remote.end('aborted');
    });
  }

  /** For the test: the connection is in that state, as if the browser had found it out. */
  become(connectionState: RTCPeerConnectionState): void {
    this.connectionState = connectionState;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** For the test: a candidate of this side's is found, or with null the last one was. */
  offerCandidate(candidate: RTCIceCandidateInit | null): void {
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }

  /** For the test: a server is of no use, as that event says. */
  failServer(error: { errorCode: number; errorText?: string; url?: string }): void {
    const event = new Event('icecandidateerror');
    this.dispatchEvent(Object.assign(event, { errorText: '', url: '', address: null, port: null, ...error }));
  }

  /** For the test: the peer has made that channel. */
  announce(channel: MockChannel): void {
    this.#channel ??= channel;
    this.#know(channel.link);
    this.dispatchEvent(Object.assign(new Event('datachannel'), { channel }));
  }

  #describe(type: 'offer' | 'answer'): RTCSessionDescriptionInit {
    return { type, sdp: mockSdp(type, this.#id, { generation: this.generation }) };
  }

  #know({ maxMessageSize }: MockLink): void {
    this.sctp = { maxMessageSize: this.#network.linkOptions.sctpLimit ?? maxMessageSize };
  }

  #gather(): void {
    if (this.connectionState === 'closed') return;
    for (const candidate of Object.values(mockCandidates)) {
      this.offerCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
    }
    this.offerCandidate(null);
  }

  /** The offerer has an answer, whose author has both descriptions too. */
  #join(): void {
    const peer = this.#network.connections[idOf(this.remoteDescription)];
    const [offerer, answerer] = this.localDescription?.type === 'offer' ? [this, peer] : [peer, this];
    if (!offerer?.remoteDescription || !answerer?.localDescription || offerer.connectionState !== 'new') return;
    for (const connection of [offerer, answerer]) connection.become('connected');
    const { link } = offerer;
    if (!link) return;
    nextTurn(() => {
      if (offerer.connectionState !== 'connected' || answerer.connectionState !== 'connected') return;
      offerer.#know(link);
      answerer.announce(link.b);
      link.open();
    });
  }

  #begin(call: MockCall): Promise<never> | undefined {
    if (this.connectionState === 'closed') throw invalidState('closed');
    if (this.failing.has(call)) throw operationError(`${call} was told to fail`);
    this.calls.push(call);
    return this.hanging.has(call) ? new Promise(() => {}) : undefined;
  }
}
