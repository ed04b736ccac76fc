/// <reference lib="esnext.disposable" preserve="true" />
import { errorFromEngine, PeerSessionError } from '../api/errors.js';
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
import { systemClock, type PeerSessionOptions, type WireTap } from '../api/options.js';
import type { PartialStore } from '../api/partial-store.js';
import type { PullOptions } from '../api/sink.js';
import type { FileSource, SendFileOptions } from '../api/source.js';
import type { AttachOptions, IncomingSignal, ReceivedBlob, SessionStats } from '../api/types.js';
import type { Bytes } from '../basics/bytes.js';
import { BroughtChannels } from '../connection/brought-channels.js';
import { Connection, type ConnectionEvents } from '../connection/connection.js';
import { GonePeers } from '../connection/gone-peers.js';
import type { FileDescription } from '../engine/file-description.js';
import { BlobReader } from '../files/blob-reader.js';
import { HeldContents } from '../files/held-contents.js';
import { MemoryPartialStore } from '../files/memory-partial-store.js';
import { sha256 } from '../files/sha256.js';
import { newTransferId } from '../transfers/transfer-id.js';
import type { OfferedFile } from '../transfers/uploads.js';
import {
  optionalNumber,
  optionalText,
  requireBlob,
  requireChannel,
  requireObject,
  requirePullOptions,
  requireText,
  requireTexts,
} from './arguments.js';
import type { DriverEvents } from './channel-driver.js';
import { theDrivers, type Driver } from './driver.js';
import { toEngineOptions } from './engine-options.js';
import { Log } from './log.js';
import { checkSetup, type SessionSetup } from './session-setup.js';

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

/** What every session is and does. */
export abstract class SessionCore extends EventTarget {
  /** The remote session id, which signals are addressed to. */
  readonly sessionPeerId: string;
  /** The remote peer's lasting id when there is one, else its session id. */
  readonly peerId: string;
  /** Milliseconds since the epoch: construction, then every message of the peer, file bytes included. */
  lastSeen: number = Date.now();

  readonly #driver: Driver;
  readonly #connection: Connection | BroughtChannels;
  readonly #options: PeerSessionOptions;
  readonly #log: Log;
  readonly #held: HeldContents;
  #state: SessionState = 'connecting';

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
    this.#options = options;
    const log = new Log(options, this.peerId);
    this.#log = log;

    const drivers = theDrivers();
    const { createdAt } = setup.identity;
    // As hard to guess as an id.
    const epoch = newTransferId();
    const engineOptions = toEngineOptions(drivers.defaults(), options, createdAt, signing?.signerId, epoch);
    const { group = network } = options;
    this.#held = group ? HeldContents.of(group) : new HeldContents();
    const fail = (transferId: string, error: PeerSessionError): unknown => {
      log.write('warn', 'transfer', error.message, error);
      this.dispatchEvent(new TransferEndEvent('receive', transferId, error));
      return setup.onTransferError(transferId);
    };
    const events: DriverEvents = {
      connected: () => {
        log.write('info', 'session', 'is open', { maxMessageSize: this.#connection.maxMessageSize });
        this.#enter('open');
        this.dispatchEvent(new Event('open'));
        return setup.onSessionEvent?.('connected', self);
      },
      lost: () => {
        this.#connection.renew();
      },
      interrupted: () => {
        log.write('info', 'session', 'is interrupted');
        this.#enter('interrupted');
      },
      resumed: () => {
        log.write('info', 'session', 'is open again');
        this.#enter('open');
      },
      withdrawn: (transferId) => {
        log.write('debug', 'transfer', 'is withdrawn', transferId);
        this.dispatchEvent(new OfferWithdrawnEvent(transferId));
      },
      pullPaused: () => undefined,
      peerSeen: () => {
        this.lastSeen = Date.now();
      },
      offer: (offer) => {
        log.write('debug', 'transfer', 'is offered', offer);
        return setup.onSessionEvent?.('offer-file', self, offer);
      },
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
      delivered: (content, file) => {
        const { transferId } = file;
        let blob: ReceivedBlob;
        try {
          blob = toReceivedBlob(content, file);
        } catch (cause) {
          return fail(transferId, new PeerSessionError('out-of-memory', { cause, transferId }));
        }
        log.write('debug', 'transfer', 'received', transferId);
        this.#held.add(file.hash, blob);
        this.dispatchEvent(new TransferEndEvent('receive', transferId));
        return setup.deliver(blob, file, this.peerId);
      },
      received: (file, result) => {
        log.write('debug', 'transfer', 'received', file.transferId);
        this.dispatchEvent(new TransferEndEvent('receive', file.transferId));
        this.dispatchEvent(new ReceivedEvent(file, result));
      },
      failed: fail,
      uploadEnded: (transferId, error, isDelivered) => {
        this.#endUpload(transferId, error, isDelivered ? 'delivered' : 'sent');
      },
      progress: (direction, transferId, bytes, size) => {
        this.dispatchEvent(new TransferProgressEvent(direction, transferId, bytes, size));
      },
      reported: (error) => {
        this.#report(error);
      },
      over: (channelCloses) => {
        this.#connection.close(channelCloses);
      },
      ended: () => {
        this.#enter('closed');
      },
      closed: () => {
        log.write('info', 'session', 'is closed');
        this.dispatchEvent(new Event('close'));
      },
    };
    const means = {
      makePeerConnection: () => this.#createPeerConnection(setup.iceServers ?? defaultIceServers),
      channelLabel: options.channelLabel ?? defaultChannelLabel,
    };
    const clock = options.clock ?? systemClock;
    const ofConnection: ConnectionEvents = {
      signal: (message) => {
        log.write('debug', 'signal', 'out', message.type);
        return setup.sendSignal(message);
      },
      channel: (channel, usable) => {
        log.write('debug', 'channel', 'is attached', channel.label);
        return this.#driver.attach(channel, usable, () => this.#connection.maxMessageSize);
      },
      replacing: () => {
        this.#driver.detach();
      },
      connecting: (signal) => {
        if (signal) log.write('debug', 'signal', 'in', signal.type);
        this.#driver.connecting();
      },
      described: () => {
        this.#driver.described();
      },
      replaced: () => {
        this.#driver.replaced();
      },
      lost: (failure) => {
        this.#driver.lost(failure);
      },
      state: (state) => {
        log.write('debug', 'channel', 'connection is', state);
      },
      reported: (error) => {
        this.#report(error);
      },
    };
    this.#connection =
      options.RTCPeerConnection === false
        ? new BroughtChannels(ofConnection)
        : new Connection(
            { self: myId, peer: peerId, epoch, gone: GonePeers.of(network) },
            means,
            { clock, patience: engineOptions.connectTimeout },
            ofConnection,
          );
    try {
      this.#driver = drivers.make({
        ...means,
        clock,
        events,
        options,
        engine: engineOptions,
        group: group || undefined,
        tap: wireTap(log, options.onWireMessage),
        signer: signing,
        held: this.#held,
        partial: partialStore(options, group),
      });
    } catch (failure) {
      this.#connection.close(false);
      throw failure;
    }
  }

  /** Whether messages can be sent now. */
  get isConnected(): boolean {
    return this.#driver.isOpen;
  }

  /**
   * Whether the connection there is at the moment is `failed`, `disconnected` or `closed`, or the session over. False while a new one is
   * made for a session that is `interrupted`: that one has not failed. `state` says where the session stands.
   */
  get isConnectionFailed(): boolean {
    return this.#connection.hasFailed;
  }

  /** Where the session stands; each change is a `statechange` event. */
  get state(): SessionState {
    return this.#state;
  }

  /** What the session holds at the moment; nothing once it is closed. */
  get stats(): SessionStats | undefined {
    return this.#driver.stats();
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
    const fail = (code: string, cause?: unknown) => {
      const transferId = newTransferId();
      if (this.#state !== 'closed') this.#endUpload(transferId, errorFromEngine(code, { transferId, fault: cause }));
    };
    const chunk = await import('../sources/offer-source.js').catch((cause: unknown) => {
      fail('unreadable', cause);
    });
    const checks = { requireObject, requireBlob, optionalText, optionalNumber };
    return chunk?.offerSource(source, given, checks, {
      session: this,
      driver: this.#driver,
      options: this.#options,
      hash: sha256,
      fail,
    });
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
    this.#log.write('debug', 'transfer', 'is pulled', id);
    this.#driver.pull(id, options);
  }

  /**
   * Gives a pull up, wherever it is: it ends with `cancelled`, and a peer of this kind stops sending. Nothing for an id that was
   * not pulled, or has ended.
   *
   * @throws TypeError for a wrong argument.
   */
  cancelPull(transferId: string): void {
    this.#driver.cancelPull(requireText(transferId, 'transferId'));
  }

  /**
   * Takes an offer back, pulled or not: it ends with `withdrawn`, and the peer is told. Nothing for an id that was not offered, has
   * ended, or is in the channel whole.
   *
   * @throws TypeError for a wrong argument.
   */
  withdraw(transferId: string): void {
    this.#driver.withdraw(requireText(transferId, 'transferId'));
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
    if (!('attach' in this.#connection)) {
      throw new TypeError(
        'attach is for a session whose options.RTCPeerConnection is false: this one makes its channels',
      );
    }
    this.#connection.attach(channel, limit);
  }

  /**
   * Resolves when nothing is under way to the peer: what it has pulled is delivered, or sent where it does not confirm, and all
   * else has left the channel. Resolves at the end of the session too, and never rejects.
   */
  drained(): Promise<void> {
    return this.#driver.drained();
  }

  /**
   * Asks the peer to offer the file of that hash: at once, or as soon as the peer takes more requests. Nothing while the
   * channel is not open; an `error` event for what is no SHA-256 (`invalid-hash`).
   */
  requestFile(hash: string): void {
    this.#driver.requestFile(requireText(hash, 'hash'));
  }

  /** Asks the peer for its inventory. Nothing while the channel is not open. */
  requestSync(): void {
    this.#driver.requestSync();
  }

  /**
   * Tells the peer which files this side has, in as many messages as it takes: at once, or as soon as the peer takes more, and
   * then together with what waits. Nothing while the channel is not open; an `error` event for what is no SHA-256
   * (`invalid-hash`) and for what does not fit among 131,072 that wait (`channel-full`), and the others are said.
   */
  sendInventory(hashes: string[]): void {
    this.#driver.sendInventory(requireTexts(hashes, 'hashes'));
  }

  /** Asks the peer for a sign of life; its answer moves `lastSeen`, as all that it sends. Nothing while the channel is not open. */
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
    return this.#connection.start();
  }

  /** Returns what went wrong, after reporting it. @internal */
  protected applySignal(message: IncomingSignal): Promise<PeerSessionError | undefined> {
    return this.#connection.handleSignal(message);
  }

  /** Returns the offer's id, or why it could not be made. @internal */
  protected offerFile(blob: Blob, file: OfferedFile): string | PeerSessionError {
    const offered = this.isConnected
      ? this.#driver.offer({ open: (start) => new BlobReader(blob, start), parts: { blob } }, blob.size, file)
      : new PeerSessionError('not-open');
    this.#log.write('debug', 'transfer', 'offered', offered);
    if (typeof offered === 'string') this.#held.add(file.hash.toLowerCase(), blob);
    return offered;
  }

  #endUpload(transferId: string, error?: PeerSessionError, receipt: 'delivered' | 'sent' = 'sent'): void {
    if (error) this.#log.write('warn', 'transfer', error.message, error);
    else this.#log.write('debug', 'transfer', receipt, transferId);
    this.dispatchEvent(new TransferEndEvent('send', transferId, error, receipt));
  }

  #createPeerConnection(iceServers: RTCIceServer[]): RTCPeerConnection {
    const Implementation = this.#options.RTCPeerConnection || globalThis.RTCPeerConnection;
    if (typeof Implementation !== 'function') throw new PeerSessionError('webrtc-unavailable');
    try {
      return new Implementation({ iceServers });
    } catch (cause) {
      throw new PeerSessionError('connection-failed', { cause });
    }
  }

  #enter(state: SessionState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.dispatchEvent(new StateChangeEvent(state));
  }

  #report(error: PeerSessionError): void {
    this.#log.write('warn', 'session', error.message, error);
    this.dispatchEvent(new SessionErrorEvent(error));
  }
}

/** What all sessions of a group use that are given none. */
const partialStores = new WeakMap<object, PartialStore>();

function partialStore({ partialStore: given, clock }: PeerSessionOptions, group: unknown): PartialStore | undefined {
  if (given !== undefined) return given || undefined;
  if (typeof group !== 'object' || group === null) return new MemoryPartialStore({ clock });
  const there = partialStores.get(group) ?? new MemoryPartialStore({ clock });
  partialStores.set(group, there);
  return there;
}

/** Messages come by the thousand: unless they are to be logged, the log is not even asked. */
function wireTap(log: Log, tap: WireTap | undefined): WireTap | undefined {
  if (!log.tells('debug', 'wire')) return tap;
  return (direction, message) => {
    log.write('debug', 'wire', direction, message);
    return tap?.(direction, message);
  };
}

function toReceivedBlob(content: Bytes | Blob, file: FileDescription): ReceivedBlob {
  const blob = 'stream' in content ? content : new Blob([content], { type: file.mime });
  return Object.assign(blob, { fileHash: file.hash });
}
