/// <reference lib="esnext.disposable" preserve="true" />
import {
  optionalNumber,
  optionalText,
  requireBlob,
  requireFunction,
  requireNetwork,
  requireText,
  requireTexts,
} from './arguments.js';
import { ChannelDriver, type DeliveredFile } from './channel/channel-driver.js';
import { Connection } from './connection/connection.js';
import { toEngineOptions } from './engine/engine-options.js';
import { useEngine } from './engine/runtime.js';
import { PeerSessionError } from './errors.js';
import { SessionErrorEvent, TransferEndEvent, TransferProgressEvent, type PeerSessionEventMap } from './events.js';
import { log } from './logger.js';
import { systemClock, type PeerSessionOptions } from './options.js';
import { toWellFormed } from './text.js';
import type {
  Identity,
  Network,
  OnImage,
  ReceivedBlob,
  SessionEventType,
  SessionStats,
  SignalMessage,
} from './types.js';

/** The servers the client has always used. */
const defaultIceServers: RTCIceServer[] = [
  { urls: 'stun:stun.l.google.com:19302' },
  { urls: 'stun:stun1.l.google.com:19302' },
  { urls: 'stun:stun2.l.google.com:19302' },
];

// Browsers without explicit resource management lack the symbol; a method called "undefined" would help nobody.
const disposeSymbol = ((Symbol as Partial<SymbolConstructor>).dispose ??
  Symbol.for('Symbol.dispose')) as typeof Symbol.dispose;

const defaultChannelLabel = 'peer-session';
const defaultName = 'image.png';

/**
 * One remote peer: offers files to it, and pulls what it offers.
 *
 * Offers cost nothing until the peer pulls them; what was pulled is sent one file at a time. Every pulled id ends in
 * exactly one `onImage` or one `onTransferError`, whatever happens.
 *
 * @example
 * ```ts
 * const session = new PeerSession(
 *   myId,
 *   peerId,
 *   { createdAt: Date.now() },
 *   (signal) => signalling.send(signal),
 *   (blob) => gallery.add(blob),
 *   (transferId) => console.warn(`${transferId} did not arrive`),
 *   { canReceiveFrom: () => true },
 *   (type, session, data) => {
 *     if (type === 'offer-file') session.pullFile(data.transferId);
 *   },
 * );
 * signalling.onMessage = (signal) => session.handleSignal(signal);
 * await session.start();
 * ```
 */
export class PeerSession extends EventTarget {
  /** The remote session id, which signals are addressed to. */
  readonly sessionPeerId: string;
  /** The remote peer's lasting id when there is one, else its session id. */
  readonly peerId: string;
  /** Milliseconds since the epoch: construction, then every ping and pong received. */
  lastSeen: number = Date.now();

  readonly #driver: ChannelDriver;
  readonly #connection: Connection;
  readonly #options: PeerSessionOptions;

  /**
   * @param myId - This tab's session id. The side whose id sorts first makes the connection.
   * @param peerId - The remote session id.
   * @param identity - `createdAt` is sent along with each file.
   * @param sendSignal - Carries a message to the remote peer's `handleSignal`.
   * @param onImage - A pulled file has arrived, whole and verified.
   * @param onTransferError - A pulled file will not arrive. The reason is in the `transferend` event.
   * @param network - Is asked for each arriving file whether to take it.
   * @param onSessionEvent - The channel opened, or the peer offers or asks something.
   * @param onFileRequested - The peer wants the file of that hash.
   * @param realPeerId - The remote peer's lasting id.
   * @param iceServers - Default: three public STUN servers.
   * @param options - Limits, timeouts, logger.
   * @throws TypeError for a wrong argument.
   * @throws {@link PeerSessionError} `webrtc-unavailable` where there is no RTCPeerConnection.
   */
  constructor(
    myId: string,
    peerId: string,
    identity: Identity,
    sendSignal: (message: SignalMessage) => void,
    onImage: OnImage,
    onTransferError: (transferId: string) => unknown,
    network: Network,
    // The data differs with the type, and the client declares its own; `any` is what the class has always had.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    onSessionEvent?: (type: SessionEventType, session: PeerSession, data?: any) => unknown,
    onFileRequested?: (hash: string) => unknown,
    realPeerId?: string,
    iceServers?: RTCIceServer[],
    options: PeerSessionOptions = {},
  ) {
    super();
    requireText(myId, 'myId');
    requireText(peerId, 'peerId');
    requireFunction(sendSignal, 'sendSignal');
    requireFunction(onImage, 'onImage');
    requireFunction(onTransferError, 'onTransferError');
    requireNetwork(network);
    this.sessionPeerId = peerId;
    this.peerId = realPeerId ?? peerId;
    this.#options = options;

    const engine = useEngine();
    const createdAt = optionalNumber((identity as Identity | undefined)?.createdAt, 'identity.createdAt');
    const engineOptions = toEngineOptions(engine.defaultOptions(), options, createdAt);
    const pc = this.#createPeerConnection(iceServers ?? defaultIceServers);
    this.#driver = new ChannelDriver(
      engine,
      engineOptions,
      {
        connected: () => {
          this.dispatchEvent(new Event('open'));
          return onSessionEvent?.('connected', this);
        },
        peerSeen: () => {
          this.lastSeen = Date.now();
        },
        offer: (offer) => onSessionEvent?.('offer-file', this, offer),
        syncRequested: () => onSessionEvent?.('sync-request', this),
        inventory: (hashes) => onSessionEvent?.('inventory', this, hashes),
        fileRequested: (hash) => onFileRequested?.(hash),
        mayReceive: () => network.canReceiveFrom(this.peerId),
        delivered: (content, file) => {
          this.dispatchEvent(new TransferEndEvent('receive', file.transferId));
          const blob = toReceivedBlob(content, file);
          const sender = file.originalSenderId ?? this.peerId;
          return onImage(blob, this.peerId, file.isPinned, file.name, file.ttl, sender);
        },
        failed: (transferId, error) => {
          log(options.logger, 'warn', error.message, error);
          this.dispatchEvent(new TransferEndEvent('receive', transferId, error));
          return onTransferError(transferId);
        },
        uploadEnded: (transferId, error) => {
          if (error) log(options.logger, 'warn', error.message, error);
          this.dispatchEvent(new TransferEndEvent('send', transferId, error));
        },
        progress: (direction, transferId, bytes, size) => {
          this.dispatchEvent(new TransferProgressEvent(direction, transferId, bytes, size));
        },
        reported: (error) => {
          this.#report(error);
        },
        closed: () => {
          this.#connection.close();
          log(options.logger, 'info', 'The session is closed.');
          this.dispatchEvent(new Event('close'));
        },
      },
      options.clock ?? systemClock,
      options.onWireMessage,
    );
    this.#connection = new Connection(
      pc,
      { self: myId, peer: peerId },
      {
        signal: sendSignal,
        channel: (channel) => {
          this.#driver.attach(channel, () => this.#connection.maxMessageSize);
        },
        failed: () => {
          this.#driver.fail();
        },
        reported: (error) => {
          this.#report(error);
        },
      },
    );
  }

  /** Whether messages can be sent now. */
  get isConnected(): boolean {
    return this.#driver.channel?.readyState === 'open';
  }

  /** Whether the connection has failed, is interrupted or closed. */
  get isConnectionFailed(): boolean {
    return this.#connection.hasFailed;
  }

  /** What the session holds at the moment; nothing once it is closed. */
  get stats(): SessionStats | undefined {
    return this.#driver.stats();
  }

  /** Makes the connection if this side is the one to begin. Failures are reported as `error` events, not thrown. */
  async start(): Promise<void> {
    await this.#connection.start(this.#options.channelLabel ?? defaultChannelLabel);
  }

  /** Takes a message of the remote peer's `sendSignal`. Failures are reported as `error` events, not thrown. */
  async handleSignal(message: SignalMessage): Promise<void> {
    await this.#connection.handleSignal(message);
  }

  /**
   * Offers a file and returns at once; nothing is read until the peer pulls it. Does nothing while the channel is not
   * open.
   *
   * @param hash - Lower-case hexadecimal SHA-256 of the content.
   * @param name - Default: the blob's `fileName`, else its `name`, else `image.png`.
   * @returns The id the peer pulls it by; undefined when it could not be offered.
   * @throws TypeError for a wrong argument.
   */
  sendImage(
    blob: Blob,
    hash: string,
    isPinned = false,
    name?: string,
    ttl?: number,
    originalSenderId?: string,
  ): string | undefined {
    requireBlob(blob, 'blob');
    const offered = {
      name: optionalText(name, 'name') || toWellFormed(nameOf(blob)),
      mime: toWellFormed(blob.type),
      hash: requireText(hash, 'hash'),
      isPinned,
      ttl: optionalNumber(ttl, 'ttl'),
      originalSenderId: optionalText(originalSenderId, 'originalSenderId'),
    };
    return this.isConnected ? this.#driver.offer(blob, offered) : undefined;
  }

  /**
   * Asks for an offered file. The id ends in one `onImage` or one `onTransferError`; while the channel is not open, at
   * once in the latter. An id that is already on its way is not asked for twice.
   *
   * @throws TypeError for a wrong argument.
   */
  pullFile(transferId: string): void {
    this.#driver.pull(requireText(transferId, 'transferId'));
  }

  /** Asks the peer to offer the file of that hash. Nothing while the channel is not open. */
  requestFile(hash: string): void {
    this.#driver.requestFile(requireText(hash, 'hash'));
  }

  /** Asks the peer for its inventory. Nothing while the channel is not open. */
  requestSync(): void {
    this.#driver.requestSync();
  }

  /** Tells the peer which files this side has. Nothing while the channel is not open. */
  sendInventory(hashes: string[]): void {
    this.#driver.sendInventory(requireTexts(hashes, 'hashes'));
  }

  /** Asks the peer for a sign of life; its answer moves `lastSeen`. Nothing while the channel is not open. */
  sendPing(): void {
    this.#driver.sendPing();
  }

  /** Ends the session: everything pending is settled before this returns. Calling it again does nothing. */
  close(): void {
    this.#driver.close();
  }

  /** `using session = …` closes it at the end of the block. */
  [disposeSymbol](): void {
    this.close();
  }

  override addEventListener<K extends keyof PeerSessionEventMap>(
    type: K,
    listener: ((event: PeerSessionEventMap[K]) => unknown) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
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

  #createPeerConnection(iceServers: RTCIceServer[]): RTCPeerConnection {
    const Implementation = this.#options.RTCPeerConnection ?? globalThis.RTCPeerConnection;
    if (typeof Implementation !== 'function') throw new PeerSessionError('webrtc-unavailable');
    return new Implementation({ iceServers });
  }

  #report(error: PeerSessionError): void {
    log(this.#options.logger, 'warn', error.message, error);
    this.dispatchEvent(new SessionErrorEvent(error));
  }
}

function nameOf(blob: Blob): string {
  const { fileName, name } = blob as { fileName?: unknown; name?: unknown };
  for (const candidate of [fileName, name]) {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
  }
  return defaultName;
}

function toReceivedBlob(content: Uint8Array<ArrayBuffer>, file: DeliveredFile): ReceivedBlob {
  return Object.assign(new Blob([content], { type: file.mime }), { fileHash: file.hash });
}
