import type { Engine, MainModule, RawOptions } from 'virtual:engine';
import { ActionKind, toAction, type Action, type SendBytes, type StoreChunk } from '../engine/action.js';
import { errorFromEngine, PeerSessionError } from '../errors.js';
import type { FileDescription, OfferedFile } from '../files/file-description.js';
import { IncomingFiles } from '../files/incoming-files.js';
import { OutgoingFiles, type OutgoingFile } from '../files/outgoing-files.js';
import { sha256 } from '../files/sha256.js';
import { Listeners } from '../listeners.js';
import type { Clock, Digest, WireTap } from '../options.js';
import type { Signature, Signing } from '../signing/signing.js';
import { newTransferId } from '../transfer-id.js';
import type { OfferMessage } from '../types.js';
import type { TransferDirection } from '../events.js';
import { CallbackQueue } from './callback-queue.js';
import { DeadlineTimer } from './deadline-timer.js';
import { EarlyMessages } from './early-messages.js';

/** Where the driver's news goes. All are called after the engine's actions; any may throw or call back in. */
export interface DriverEvents {
  connected(): unknown;
  peerSeen(): void;
  offer(offer: OfferMessage): unknown;
  syncRequested(): unknown;
  inventory(hashes: string[]): unknown;
  fileRequested(hash: string): unknown;
  /** Nothing but true is a yes: a promise, for one, is not. */
  mayReceive(): unknown;
  delivered(content: Uint8Array<ArrayBuffer>, file: FileDescription): unknown;
  failed(transferId: string, error: PeerSessionError): unknown;
  uploadEnded(transferId: string, error: PeerSessionError | undefined): void;
  progress(direction: TransferDirection, transferId: string, bytes: number, size: number): void;
  reported(error: PeerSessionError): void;
  closed(): void;
}

/** What the driver works with, beside the channel. */
export interface DriverTools {
  clock: Clock;
  tap?: WireTap | undefined;
  digest?: Digest | undefined;
  signing?: Signing | undefined;
}

/** Received bytes between two progress events: 16 KiB chunks come by the hundred a second. */
const progressStep = 64 * 1024;

/**
 * Carries out what the engine decides on one data channel: the drain loop, the timer, Blob reads and hashes. Nothing here
 * knows the protocol.
 */
export class ChannelDriver {
  readonly #events: DriverEvents;
  readonly #tools: DriverTools;
  readonly #maxText: number;
  readonly #timer: DeadlineTimer;
  readonly #callbacks: CallbackQueue;
  readonly #outgoing = new OutgoingFiles();
  readonly #incoming = new IncomingFiles();
  /** Binary messages that wait for the engine's verdict, oldest first. */
  #chunks: ArrayBuffer[] = [];
  #engine: Engine | undefined;
  #channel: RTCDataChannel | undefined;
  #listeners: Listeners | undefined;
  #nextTransfer = 1;
  #draining = false;
  /** An input came since the last poll, so that its `more` says nothing any more. */
  #stirred = false;
  #trapped = false;
  /** The channel did not take a message: what was to follow it must not go out behind the gap. */
  #refused = false;

  constructor(module: MainModule, options: RawOptions, events: DriverEvents, tools: DriverTools) {
    this.#engine = new module.Engine(options);
    this.#maxText = options.maxTextLength;
    this.#events = events;
    this.#tools = tools;
    this.#timer = new DeadlineTimer(tools.clock, () => {
      this.#input((engine, now) => {
        engine.handleTimeout(now);
      });
    });
    this.#callbacks = new CallbackQueue((cause) => {
      events.reported(new PeerSessionError('callback-failed', { cause }));
    });
  }

  get channel(): RTCDataChannel | undefined {
    return this.#channel;
  }

  get isOver(): boolean {
    return this.#engine === undefined;
  }

  stats(): ReturnType<Engine['stats']> | undefined {
    return this.#engine?.stats();
  }

  /** The connection is being made. */
  connecting(): void {
    this.#input((engine, now) => {
      engine.handleConnecting(now);
    });
  }

  /** The peer's description has come. */
  described(): void {
    this.#input((engine, now) => {
      engine.handleDescribed(now);
    });
  }

  /** The peer has begun anew. */
  replaced(): void {
    this.#input((engine, now) => {
      engine.handleReplaced(now, this.#buffered);
    });
    this.#channel?.close();
  }

  /** Takes the one channel of the session. `maxMessageSize` is asked when the channel opens. */
  attach(channel: RTCDataChannel, maxMessageSize: () => number | undefined): void {
    if (this.isOver || this.#channel) {
      channel.close();
      return;
    }
    this.#channel = channel;
    const listeners = new Listeners(channel);
    this.#listeners = listeners;
    let early: EarlyMessages | undefined = new EarlyMessages();
    const opened = () => {
      // Infinity means that any size goes; not knowing is another thing.
      const limit = Math.min(maxMessageSize() ?? 0, Number.MAX_SAFE_INTEGER);
      this.#input((engine, now) => {
        engine.handleOpen(now, limit);
      });
      const held = early?.takeAll() ?? [];
      early = undefined;
      for (const data of held) this.#receive(data);
    };
    channel.binaryType = 'arraybuffer';
    listeners.on('open', opened);
    listeners.on('message', (event) => {
      const { data } = event as MessageEvent<unknown>;
      if (!early) this.#receive(data);
      else if (!early.hold(data)) this.#endWith(true);
    });
    listeners.on('bufferedamountlow', () => {
      this.#send(() => {});
    });
    listeners.on('error', (event) => {
      this.#endWith(!isOrderlyAbort(event));
    });
    listeners.on('close', () => {
      this.#endWith(false);
    });
    if (channel.readyState === 'open') opened();
  }

  /** The offer's id, or why it could not be made. The message is handed to the channel before this returns. */
  offer(blob: Blob, file: OfferedFile): string | PeerSessionError {
    if (this.isOver) return errorFromEngine('closed');
    const transfer = this.#nextTransfer++;
    const transferId = newTransferId();
    const offered = this.#outgoing.add(transfer, transferId, blob);
    this.#send((engine, now) => {
      engine.offer(now, transfer, {
        transferId,
        name: file.name,
        size: blob.size,
        mime: file.mime,
        hash: file.hash,
        isPinned: file.isPinned,
        ttl: file.ttl ?? Number.NaN,
        originalSenderId: file.originalSenderId ?? '',
        signature: file.signature ?? '',
        publicKeyBase64: file.publicKeyBase64 ?? '',
      });
    });
    return offered.error ?? transferId;
  }

  pull(transferId: string): void {
    if (this.isOver) {
      this.#notify((events) => events.failed(transferId, errorFromEngine('not-open', transferId)));
      this.#callbacks.run();
      return;
    }
    const transfer = this.#nextTransfer++;
    this.#incoming.add(transfer, transferId);
    this.#send((engine, now) => {
      if (!engine.pull(now, transfer, transferId)) this.#incoming.remove(transfer);
    });
  }

  requestFile(hash: string): void {
    this.#send((engine, now) => {
      engine.requestFile(now, hash);
    });
  }

  requestSync(): void {
    this.#send((engine, now) => {
      engine.requestSync(now);
    });
  }

  sendInventory(hashes: string[]): void {
    this.#send((engine, now) => {
      engine.sendInventory(now, hashes);
    });
  }

  sendPing(): void {
    this.#send((engine, now) => {
      engine.sendPing(now);
    });
  }

  close(): void {
    this.#input((engine, now) => {
      engine.close(now, this.#buffered);
    });
  }

  /** The connection is over, by a failure or in order. */
  end(failure: boolean): void {
    this.#endWith(failure);
  }

  // --- Inputs ---------------------------------------------------------------------------------------------------------

  #receive(data: unknown): void {
    this.#events.peerSeen();
    if (typeof data === 'string') {
      this.#show('in', data);
      // What is longer than the engine reads is cut before it is copied into the engine's memory, and so refused there.
      const text = data.length > this.#maxText ? data.slice(0, this.#maxText + 1) : data;
      this.#send((engine, now) => {
        engine.handleText(now, text);
      });
    } else if (data instanceof ArrayBuffer) {
      this.#show('in', { bytes: data.byteLength });
      if (this.isOver) return;
      this.#chunks.push(data);
      this.#input((engine, now) => {
        engine.handleBinary(now, data.byteLength);
      });
    }
  }

  /** An input that may send: the engine is told first what the channel still holds. */
  #send(input: (engine: Engine, now: number) => void): void {
    this.#input((engine, now) => {
      if (this.#channel) engine.handleBufferedAmount(now, this.#buffered);
      input(engine, now);
    });
  }

  /** The engine may still wait for a hash; the channel has nothing to wait for. */
  #endWith(failure: boolean): void {
    this.#input((engine, now) => {
      engine.handleClosed(now, failure, this.#buffered);
    });
    this.#channel?.close();
  }

  /** Bytes that the channel has not sent. */
  get #buffered(): number {
    return this.#channel?.bufferedAmount ?? 0;
  }

  #input(input: (engine: Engine, now: number) => void): void {
    if (!this.#engine) return;
    this.#guard((engine) => {
      this.#stirred = true;
      input(engine, this.#tools.clock.now());
    });
    this.#drain();
  }

  // --- Actions --------------------------------------------------------------------------------------------------------

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#guard((engine) => {
      for (;;) {
        this.#stirred = false;
        const raw = engine.pollAction();
        this.#perform(toAction(raw));
        // Nothing else runs on an engine that is over, not even this loop.
        if (this.#engine !== engine || !(raw.more || this.#wasStirred())) break;
      }
      if (this.#engine === engine) this.#timer.arm(engine.nextDeadline());
      else if (!this.#trapped) engine.delete();
    });
    this.#draining = false;
    this.#callbacks.run();
  }

  #wasStirred(): boolean {
    return this.#stirred;
  }

  /**
   * A trap in WebAssembly ends this session and no other: what is pending is settled, and the engine is never called
   * again, not even to free it.
   */
  #guard(work: (engine: Engine) => void): void {
    const engine = this.#engine;
    if (!engine) return;
    try {
      work(engine);
    } catch (cause) {
      this.#trapped = true;
      this.#notify((events) => {
        events.reported(new PeerSessionError('engine-failed', { cause }));
      });
      this.#end('engine-failed');
    }
  }

  #perform(action: Action): void {
    switch (action.kind) {
      case ActionKind.sendText:
        this.#handToChannel((channel) => {
          this.#show('out', action.text);
          channel.send(action.text);
        });
        break;
      case ActionKind.sendBytes:
        this.#sendBytes(action);
        break;
      case ActionKind.awaitLow:
        this.#awaitLow(action.length);
        break;
      case ActionKind.readBlock:
        void this.#readBlock(action.transfer, action.offset, action.length);
        break;
      case ActionKind.signFile: {
        const file = JSON.parse(action.text) as FileDescription;
        // The application's code, and so among its callbacks.
        this.#callbacks.add(() => this.#sign(action.transfer, file));
        break;
      }
      case ActionKind.uploadEnded:
        this.#endUpload(action.transfer, action.text);
        break;
      case ActionKind.storeChunk:
        this.#storeChunk(action);
        break;
      case ActionKind.dropChunk:
        this.#chunks.shift();
        break;
      case ActionKind.authorize:
        this.#authorize(action.transfer);
        break;
      case ActionKind.verify:
        void this.#verify(action.transfer, action.text);
        break;
      case ActionKind.deliver:
        this.#deliver(action.transfer, action.text);
        break;
      case ActionKind.failed:
        this.#failDownload(action.transfer, action.text);
        break;
      case ActionKind.connected:
        this.#notify((events) => events.connected());
        break;
      case ActionKind.offerReceived: {
        const offer = JSON.parse(action.text) as OfferMessage;
        this.#notify((events) => events.offer(offer));
        break;
      }
      case ActionKind.syncRequested:
        this.#notify((events) => events.syncRequested());
        break;
      case ActionKind.inventoryReceived: {
        const { hashes } = JSON.parse(action.text) as { hashes: string[] };
        this.#notify((events) => events.inventory(hashes));
        break;
      }
      case ActionKind.fileRequested:
        this.#notify((events) => events.fileRequested(action.text));
        break;
      case ActionKind.report:
        this.#notify((events) => {
          events.reported(errorFromEngine(action.text));
        });
        break;
      case ActionKind.closed:
        this.#end(action.text);
        break;
      case ActionKind.none:
        break;
    }
  }

  /** The tap only watches: one that throws changes nothing about what it sees. */
  #show(...seen: Parameters<WireTap>): void {
    try {
      this.#tools.tap?.(...seen);
    } catch (cause) {
      this.#notify((events) => {
        events.reported(new PeerSessionError('callback-failed', { cause }));
      });
    }
  }

  #notify(call: (events: DriverEvents) => unknown): void {
    this.#callbacks.add(() => call(this.#events));
  }

  /** The channel refuses what it should take when it is no longer open, or broken: either way the session is over. */
  #handToChannel(send: (channel: RTCDataChannel) => void): boolean {
    const channel = this.#channel;
    if (!channel || !this.#engine || this.#refused) return false;
    try {
      send(channel);
      return true;
    } catch {
      this.#refused = true;
      this.#endWith(channel.readyState === 'open');
      return false;
    }
  }

  #sendBytes({ transfer, offset, length, messageSize, fileSize }: SendBytes): void {
    const file = this.#outgoing.find(transfer);
    if (!file) return;
    const sent = this.#handToChannel((channel) => {
      for (let start = 0; start < length; start += messageSize) {
        const message = file.reader.take(Math.min(messageSize, length - start));
        this.#show('out', { bytes: message.length });
        channel.send(message);
      }
    });
    if (!sent) return;
    const { transferId } = file;
    this.#notify((events) => {
      events.progress('send', transferId, offset + length, fileSize);
    });
  }

  /** The event fires on crossing the threshold only, so what has been crossed already is said after the callbacks so far. */
  #awaitLow(threshold: number): void {
    const channel = this.#channel;
    if (!channel) return;
    channel.bufferedAmountLowThreshold = threshold;
    if (channel.bufferedAmount > threshold) return;
    this.#callbacks.add(() => {
      this.#send(() => {});
    });
  }

  async #readBlock(transfer: number, offset: number, length: number): Promise<void> {
    let ready = true;
    try {
      await this.#outgoing.find(transfer)?.reader.readTo(offset + length);
    } catch {
      ready = false;
    }
    this.#send((engine, now) => {
      engine.handleBlock(now, transfer, ready);
    });
  }

  async #sign(transfer: number, file: FileDescription): Promise<void> {
    let signed: Signature | undefined;
    try {
      signed = await this.#tools.signing?.sign(file);
    } catch (cause) {
      if (this.isOver) return;
      this.#notify((events) => {
        events.reported(new PeerSessionError('sign-failed', { cause, transferId: file.transferId }));
      });
    }
    this.#send((engine, now) => {
      engine.handleSigned(now, transfer, signed?.signature ?? '', signed?.publicKeyBase64 ?? '');
    });
  }

  #endUpload(transfer: number, reason: string): void {
    const file = this.#outgoing.remove(transfer);
    if (file) this.#endOffer(file, reason);
  }

  #endOffer(file: OutgoingFile, reason: string): void {
    const { transferId } = file;
    const error = reason === '' ? undefined : errorFromEngine(reason, transferId);
    file.error = error;
    this.#notify((events) => {
      events.uploadEnded(transferId, error);
    });
  }

  #storeChunk({ transfer, offset, length, fileSize }: StoreChunk): void {
    const chunk = this.#chunks.shift();
    const transferId = this.#incoming.transferIdOf(transfer);
    if (!chunk || transferId === undefined) return;
    try {
      this.#incoming.store(transfer, chunk, offset, fileSize);
    } catch {
      this.#input((engine, now) => {
        engine.handleStoreFailed(now, transfer);
      });
      return;
    }
    const bytes = offset + length;
    const isStep = Math.floor(offset / progressStep) !== Math.floor(bytes / progressStep);
    if (offset === 0 || isStep || bytes === fileSize) {
      this.#notify((events) => {
        events.progress('receive', transferId, bytes, fileSize);
      });
    }
  }

  #authorize(transfer: number): void {
    this.#callbacks.add(() => {
      let allowed = false;
      try {
        allowed = this.#events.mayReceive() === true;
      } finally {
        this.#input((engine, now) => {
          engine.handleAuthorization(now, transfer, allowed);
        });
      }
    });
  }

  async #verify(transfer: number, claim: string): Promise<void> {
    const { digest, signing } = this.#tools;
    const hash = await sha256(this.#incoming.contentOf(transfer), digest).catch(() => '');
    this.#input((engine, now) => {
      engine.handleDigest(now, transfer, hash);
    });
    if (claim === '' || !signing || this.isOver) return;
    const holds = await signing.holds(JSON.parse(claim) as FileDescription);
    this.#input((engine, now) => {
      engine.handleClaim(now, transfer, holds);
    });
  }

  #deliver(transfer: number, description: string): void {
    const content = this.#incoming.contentOf(transfer);
    if (!this.#incoming.remove(transfer)) return;
    const file = JSON.parse(description) as FileDescription;
    this.#notify((events) => events.delivered(content, file));
  }

  #failDownload(transfer: number, reason: string): void {
    const transferId = this.#incoming.remove(transfer)?.transferId;
    if (transferId === undefined) return;
    this.#notify((events) => events.failed(transferId, errorFromEngine(reason, transferId)));
  }

  /** Nothing is left behind: no timer, no listener, no file, no engine. */
  #end(reason: string): void {
    if (!this.#engine) return;
    this.#engine = undefined;
    this.#timer.cancel();
    this.#listeners?.removeAll();
    this.#channel?.close();
    this.#chunks = [];
    for (const file of this.#outgoing.removeAll()) this.#endOffer(file, reason);
    for (const { transferId } of this.#incoming.removeAll()) {
      this.#notify((events) => events.failed(transferId, errorFromEngine(reason, transferId)));
    }
    this.#notify((events) => {
      events.closed();
    });
  }
}

/** A peer that closes its connection aborts the SCTP association on purpose (cause 12, RFC 9260, section 3.3.10.12). */
function isOrderlyAbort(event: Event): boolean {
  return (event as Partial<RTCErrorEvent>).error?.sctpCauseCode === 12;
}
