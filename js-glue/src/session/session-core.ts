/// <reference lib="esnext.disposable" preserve="true" />
import { PeerSessionError } from '../api/errors.js';
import {
  OfferWithdrawnEvent,
  ReceivedEvent,
  SessionErrorEvent,
  StateChangeEvent,
  TransferEndEvent,
  TransferProgressEvent,
  type PeerSessionEventMap,
  type SessionState,
} from '../api/events.js';
import { systemClock, type PeerSessionOptions } from '../api/options.js';
import type { PullOptions } from '../api/sink.js';
import type { FileSource, SendFileOptions } from '../api/source.js';
import type { AttachOptions, IncomingSignal, SessionStats } from '../api/types.js';
import { disposeSymbol } from '../basics/dispose.js';
import { BroughtChannels } from '../connection/brought-channels.js';
import { Connection, type ConnectionEvents } from '../connection/connection.js';
import { GonePeers } from '../connection/gone-peers.js';
import { configureWith } from '../connection/ice-servers.js';
import type { OfferedFile } from '../transfers/uploads.js';
import { requireChannel, requirePullOptions, requireText, requireTexts } from './arguments.js';
import { Exchange, exchanges } from './exchange.js';
import { checkSetup, requireServers, type SessionSetup } from './session-setup.js';

/** The servers the client has always used. */
const defaultIceServers: RTCIceServer[] = [
  { urls: 'stun:stun.l.google.com:19302' },
  { urls: 'stun:stun1.l.google.com:19302' },
  { urls: 'stun:stun2.l.google.com:19302' },
];

const defaultChannelLabel = 'peer-session';

/** What every session is and does. */
export abstract class SessionCore extends EventTarget {
  /** The remote session id, which signals are addressed to. */
  readonly sessionPeerId: string;
  /** The remote peer's lasting id when there is one, else its session id. */
  readonly peerId: string;
  /** Milliseconds since the epoch: construction, then every message of the peer, file bytes included. */
  lastSeen: number = Date.now();

  readonly #exchange: Exchange;

  /** @internal */
  constructor(setup: SessionSetup) {
    super();
    const signing = checkSetup(setup);
    const { myId, peerId, network } = setup;
    const options = setup.options ?? {};
    // Only the class derived from this one knows its own type.
    const self = this as never;
    this.sessionPeerId = peerId;
    this.peerId = setup.realPeerId ?? peerId;
    const { createdAt } = setup.identity;
    const { group = network } = options;
    const clock = options.clock ?? systemClock;
    const means = {
      clock,
      configure: configureWith(setup.iceServers ?? defaultIceServers, options.rtcConfiguration, clock, (answer) =>
        requireServers(answer, 'what iceServers() returns'),
      ),
      makePeerConnection: (configuration: RTCConfiguration) => makePeerConnection(options, configuration),
      channelLabel: options.channelLabel ?? defaultChannelLabel,
    };
    this.#exchange = new Exchange({
      options,
      peerName: this.peerId,
      createdAt,
      signer: signing,
      group,
      means,
      connect: (events, { epoch, patience }) => {
        const ofConnection: ConnectionEvents = {
          ...events,
          signal: (message) => {
            this.#exchange.log.write('debug', 'signal', 'out', message.type);
            return setup.sendSignal(message);
          },
        };
        if (options.RTCPeerConnection === false) return new BroughtChannels(ofConnection);
        // To be said at once, even where the connection waits for its servers.
        implementationOf(options);
        const parties = { self: myId, peer: peerId, epoch, gone: GonePeers.of(network) };
        return new Connection(parties, means, { clock: means.clock, patience }, ofConnection);
      },
      news: {
        state: (state) => this.dispatchEvent(new StateChangeEvent(state)),
        opened: () => {
          this.dispatchEvent(new Event('open'));
          return setup.onSessionEvent?.('connected', self);
        },
        closed: () => this.dispatchEvent(new Event('close')),
        peerSeen: () => {
          this.lastSeen = Date.now();
        },
        offer: (offer) => setup.onSessionEvent?.('offer-file', self, offer),
        withdrawn: (transferId) => this.dispatchEvent(new OfferWithdrawnEvent(transferId)),
        syncRequested: () => setup.onSessionEvent?.('sync-request', self),
        inventory: (hashes) => setup.onSessionEvent?.('inventory', self, hashes),
        fileRequested: (hash) => setup.onFileRequested?.(hash),
        mayReceive: (answer) => {
          let allowed: unknown;
          try {
            allowed = network.canReceiveFrom(this.peerId);
            return allowed;
          } finally {
            answer(allowed === true);
          }
        },
        delivered: (blob, file) => {
          this.dispatchEvent(new TransferEndEvent('receive', file.transferId));
          return setup.deliver(blob, file, this.peerId);
        },
        received: (file, result) => {
          this.dispatchEvent(new TransferEndEvent('receive', file.transferId));
          this.dispatchEvent(new ReceivedEvent(file, result));
        },
        failed: (transferId, error) => {
          this.dispatchEvent(new TransferEndEvent('receive', transferId, error));
          return setup.onTransferError(transferId);
        },
        pulled: () => undefined,
        pullPaused: () => undefined,
        uploadEnded: (...end) => this.dispatchEvent(new TransferEndEvent('send', ...end)),
        progress: (...progress) => this.dispatchEvent(new TransferProgressEvent(...progress)),
        reported: (error) => this.dispatchEvent(new SessionErrorEvent(error)),
      },
    });
    exchanges.set(this, this.#exchange);
  }

  /** Whether messages can be sent now. */
  get isConnected(): boolean {
    return this.#exchange.isConnected;
  }

  /**
   * Whether the connection there is at the moment is `failed`, `disconnected` or `closed`, or the session over. False while a new one is
   * made for a session that is `interrupted`: that one has not failed. `state` says where the session stands.
   */
  get isConnectionFailed(): boolean {
    return this.#exchange.connection.hasFailed;
  }

  /** Where the session stands; each change is a `statechange` event. */
  get state(): SessionState {
    return this.#exchange.state;
  }

  /** What the session holds at the moment; nothing once it is closed. */
  get stats(): SessionStats | undefined {
    return this.#exchange.stats;
  }

  /**
   * Offers a file of any size, from wherever it comes; it is read when the peer pulls it, piece by piece. Without `given.hash` it is hashed
   * first, or while it is sent: docs/guide/large-files.md, "Sending".
   *
   * @returns The offer's id, once the peer was told. Undefined when it could not be offered, which a `transferend` event tells, with the
   * reason and an id of its own.
   * @throws TypeError, as a rejection, for a wrong argument.
   */
  async sendFile(source: FileSource, given?: SendFileOptions | null): Promise<string | undefined> {
    return this.#exchange.offerSource(source, given);
  }

  /**
   * Asks for an offered file. The id ends in one `onImage` or one `onTransferError`; while the channel is not open, at
   * once in the latter. While the session is interrupted, it is asked for when there is a channel again. An id that is already on its way is not asked for twice.
   *
   * With `given.to` it does not go into memory and to `onImage`, but there, and ends in a `received` event or `onTransferError`.
   *
   * @throws TypeError for a wrong argument.
   */
  pullFile(transferId: string, given?: PullOptions | null): void {
    const id = requireText(transferId, 'transferId');
    const options = requirePullOptions(given);
    this.#exchange.log.write('debug', 'transfer', 'is pulled', id);
    this.#exchange.driver.pull(id, options);
  }

  /**
   * Gives a pull up, wherever it is: it ends with `cancelled`, and a peer of this kind stops sending. Nothing for an id that was
   * not pulled, or has ended.
   *
   * @throws TypeError for a wrong argument.
   */
  cancelPull(transferId: string): void {
    this.#exchange.driver.cancelPull(requireText(transferId, 'transferId'));
  }

  /**
   * Takes an offer back, pulled or not: it ends with `withdrawn`, and the peer is told. Nothing for an id that was not offered, has
   * ended, or is in the channel whole.
   *
   * @throws TypeError for a wrong argument.
   */
  withdraw(transferId: string): void {
    this.#exchange.driver.withdraw(requireText(transferId, 'transferId'));
  }

  /**
   * Brings a channel to a session that makes no connection of its own (`options.RTCPeerConnection` is false): one that the application
   * has made, or was given in a Worker. When that is lost, the session is `interrupted` towards a peer that can go on, and the next
   * one within `recoveryTimeout` is the next channel of the same session. One beside a channel that is not lost, or after the
   * session's end, is closed.
   *
   * @param given - `maxMessageSize`: what the connection takes, in bytes: its `sctp.maxMessageSize`. Default 64 KiB.
   * @throws TypeError for a wrong argument, a channel that is unordered or unreliable among them; and where the session makes its
   * connection itself.
   */
  attach(channel: RTCDataChannel, given?: AttachOptions | null): void {
    const limit = requireChannel(channel, given);
    const { connection } = this.#exchange;
    if (!('attach' in connection)) {
      throw new TypeError(
        'attach is for a session whose options.RTCPeerConnection is false: this one makes its channels',
      );
    }
    connection.attach(channel, limit);
  }

  /**
   * Resolves when nothing is under way to the peer: what it has pulled is delivered, or sent where it does not confirm, and all
   * else has left the channel. Resolves at the end of the session too, and never rejects.
   */
  drained(): Promise<void> {
    return this.#exchange.driver.drained();
  }

  /**
   * Asks the peer to offer the file of that hash: at once, or as soon as the peer takes more requests. Nothing while the
   * channel is not open; an `error` event for what is no SHA-256 (`invalid-hash`).
   */
  requestFile(hash: string): void {
    this.#exchange.driver.requestFile(requireText(hash, 'hash'));
  }

  /** Asks the peer for its inventory. Nothing while the channel is not open. */
  requestSync(): void {
    this.#exchange.driver.requestSync();
  }

  /**
   * Tells the peer which files this side has, in as many messages as it takes: at once, or as soon as the peer takes more, and
   * then together with what waits. Nothing while the channel is not open; an `error` event for what is no SHA-256
   * (`invalid-hash`) and for what does not fit among 131,072 that wait (`channel-full`), and the others are said.
   */
  sendInventory(hashes: string[]): void {
    this.#exchange.driver.sendInventory(requireTexts(hashes, 'hashes'));
  }

  /** Asks the peer for a sign of life; its answer moves `lastSeen`, as all that it sends. Nothing while the channel is not open. */
  sendPing(): void {
    this.#exchange.driver.sendPing();
  }

  /** Ends the session: everything pending is settled before this returns. Calling it again does nothing. */
  close(): void {
    this.#exchange.driver.close();
  }

  /** `using session = …` closes it at the end of the block. */
  [disposeSymbol](): void {
    this.close();
  }

  /** As of every `EventTarget`; the session's own events come with their types. */
  override addEventListener<K extends keyof PeerSessionEventMap>(
    type: K,
    listener: ((event: PeerSessionEventMap[K]) => unknown) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As of every `EventTarget`. */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    // The overloads above say which event a listener gets; the base class knows only Event.
    listener: ((event: never) => unknown) | EventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  /** Returns what went wrong, after reporting it. @internal */
  protected connect(): Promise<PeerSessionError | undefined> {
    return this.#exchange.connection.start();
  }

  /** Returns what went wrong, after reporting it. @internal */
  protected applySignal(message: IncomingSignal): Promise<PeerSessionError | undefined> {
    return this.#exchange.connection.handleSignal(message);
  }

  /** Returns the offer's id, or why it could not be made. @internal */
  protected offerFile(blob: Blob, file: OfferedFile): string | PeerSessionError {
    return this.#exchange.offerBlob(blob, file);
  }
}

function implementationOf({ RTCPeerConnection: given }: PeerSessionOptions): typeof RTCPeerConnection {
  const Implementation = given || globalThis.RTCPeerConnection;
  if (typeof Implementation !== 'function') throw new PeerSessionError('webrtc-unavailable');
  return Implementation;
}

function makePeerConnection(options: PeerSessionOptions, configuration: RTCConfiguration): RTCPeerConnection {
  const Implementation = implementationOf(options);
  try {
    return new Implementation(configuration);
  } catch (cause) {
    throw new PeerSessionError('connection-failed', { cause });
  }
}
