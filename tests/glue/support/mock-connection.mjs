// @ts-check
import assert from 'node:assert/strict';
import { MockLink } from './mock-channel.mjs';

const hostCandidate = (address, port) =>
  `candidate:1 1 udp 2122260223 ${address} ${port} typ host generation 0 ufrag mock`;

export const ipv4Candidate = hostCandidate('192.0.2.7', 50_000);
export const ipv6Candidate = hostCandidate('2001:db8::7', 50_001);

/**
 * A description of connection number `id` in the form of RFC 8829: what tells connections apart is as in a browser's.
 * `generation` counts the restarts of ICE, `origin` is for an implementation that does not keep it.
 */
export function mockSdp(type, id, { generation = 0, version = 2, origin = id } = {}) {
  return [
    'v=0',
    `o=- ${origin} ${version} IN IP4 127.0.0.1`,
    `s=mock ${type}`,
    `a=ice-ufrag:${id}.${generation}`,
    `a=ice-pwd:secret of ${id}.${generation}`,
    `a=fingerprint:sha-256 ${String(id).padStart(2, '0')}:AF`,
    '',
  ].join('\r\n');
}

/** The signal that carries it. */
export function mockSignal(type, id, senderId = 'alice', targetId = senderId === 'alice' ? 'bob' : 'alice', more = {}) {
  return { type, senderId, targetId, sdp: { type, sdp: mockSdp(type, id, more) } };
}

const epochLine = /a=peer-session-epoch:([0-9a-f]{32})\r\n/;

/** Which session object made the description. */
export const epochOf = ({ sdp }) => epochLine.exec(sdp.sdp)?.[1];

/** The signal as it would be of a session that does not say which one it is; it has to. */
export function withoutEpoch(signal) {
  if (!signal.sdp) return signal;
  assert.match(signal.sdp.sdp, epochLine);
  return { ...signal, sdp: { ...signal.sdp, sdp: signal.sdp.sdp.replace(epochLine, '') } };
}

const idOf = (description) => Number(/a=fingerprint:sha-256 0*(\d+):/.exec(description?.sdp)?.[1]);

/**
 * Where mock connections find each other: a description names its connection, and two that hold each other's are joined by
 * one link.
 */
export class MockNetwork {
  /** @type {MockPeerConnection[]} */
  connections = [];
  /**
   * The first one; each connection has its own.
   *
   * @type {MockLink | undefined}
   */
  link;
  linkOptions;

  /** @param {ConstructorParameters<typeof MockLink>[0] & {sctpLimit?: number}} [linkOptions] */
  constructor(linkOptions = {}) {
    this.linkOptions = linkOptions;
    const network = this;
    /** For the `RTCPeerConnection` option. */
    this.RTCPeerConnection = class extends MockPeerConnection {
      constructor(configuration) {
        super(network, configuration);
      }
    };
  }
}

export class MockPeerConnection extends EventTarget {
  connectionState = 'new';
  signalingState = 'stable';
  localDescription = null;
  remoteDescription = null;
  sctp = null;
  /** The candidates that were added, in order. */
  added = [];
  /** What was called, in order; a rejected call is not in it. */
  calls = [];
  /** Set by a test: which methods reject. */
  failing = new Set();
  /** Set by a test: which methods return a promise that never settles. */
  hanging = new Set();
  /** Counts the restarts of ICE. */
  generation = 0;
  #network;
  #channel;
  #id;

  constructor(network, configuration) {
    super();
    this.#network = network;
    this.configuration = configuration;
    this.#id = network.connections.push(this) - 1;
  }

  createDataChannel(label, init) {
    this.#require('createDataChannel');
    const { linkOptions } = this.#network;
    const link = new MockLink({ ...linkOptions, label });
    this.#network.link ??= link;
    this.channelInit = init;
    this.#channel = link.a;
    this.link = link;
    return link.a;
  }

  async createOffer(options) {
    await this.#require('createOffer');
    if (options?.iceRestart) this.generation += 1;
    return { type: 'offer', sdp: mockSdp('offer', this.#id, { generation: this.generation }) };
  }

  async createAnswer() {
    await this.#require('createAnswer');
    if (this.signalingState !== 'have-remote-offer') throw new DOMException('no offer', 'InvalidStateError');
    return { type: 'answer', sdp: mockSdp('answer', this.#id, { generation: this.generation }) };
  }

  async setLocalDescription(description) {
    await this.#require('setLocalDescription');
    this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable';
    this.localDescription = description;
    setImmediate(() => this.#gather());
    this.#join();
  }

  async setRemoteDescription(description) {
    await this.#require('setRemoteDescription');
    if (Number.isNaN(idOf(description))) throw new DOMException('cannot parse', 'OperationError');
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw new DOMException('no offer was made', 'InvalidStateError');
    }
    // An offer takes the place of this side's own, as browsers have it.
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    this.remoteDescription = description;
    this.#join();
  }

  async addIceCandidate(candidate) {
    await this.#require('addIceCandidate');
    if (!this.remoteDescription) throw new DOMException('no remote description', 'InvalidStateError');
    if (!candidate.candidate.startsWith('candidate:')) throw new DOMException('cannot parse', 'OperationError');
    this.added.push(candidate);
  }

  /** Abrupt: nobody on this side hears of it, and the other side's channel closes. */
  close() {
    if (this.connectionState === 'closed') return;
    this.connectionState = 'closed';
    this.calls.push('close');
    if (!this.#channel) return;
    const { remote } = this.#channel;
    this.#channel.end('silent');
    setImmediate(() => remote?.end('close'));
  }

  /** As if the browser had found it out. */
  become(connectionState) {
    this.connectionState = connectionState;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  offerCandidate(candidate) {
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }

  announce(channel) {
    this.#channel ??= channel;
    this.sctp = { maxMessageSize: this.#network.linkOptions.sctpLimit ?? channel.maxMessageSize };
    this.dispatchEvent(Object.assign(new Event('datachannel'), { channel }));
  }

  #gather() {
    if (this.connectionState === 'closed') return;
    for (const candidate of [ipv4Candidate, ipv6Candidate]) {
      this.offerCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
    }
    this.offerCandidate(null);
  }

  /** The offerer has an answer, whose author has both descriptions too. */
  #join() {
    const { connections } = this.#network;
    const peer = connections[idOf(this.remoteDescription)];
    const [offerer, answerer] = this.localDescription?.type === 'offer' ? [this, peer] : [peer, this];
    if (!offerer?.remoteDescription || !answerer?.localDescription || offerer.connectionState !== 'new') return;
    for (const connection of [offerer, answerer]) connection.become('connected');
    const { link } = offerer;
    if (!link) return;
    setImmediate(() => {
      if (offerer.connectionState !== 'connected' || answerer.connectionState !== 'connected') return;
      offerer.sctp = { maxMessageSize: this.#network.linkOptions.sctpLimit ?? link.maxMessageSize };
      answerer.announce(link.b);
      link.open();
    });
  }

  #require(call) {
    if (this.connectionState === 'closed') throw new DOMException('closed', 'InvalidStateError');
    if (this.failing.has(call)) throw new DOMException(`${call} was told to fail`, 'OperationError');
    this.calls.push(call);
    return this.hanging.has(call) ? new Promise(() => {}) : undefined;
  }
}
