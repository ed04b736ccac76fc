import { errorFromEngine, PeerSessionError } from '../api/errors.js';
import type { WireTap } from '../api/options.js';
import type { OfferMessage, SessionStats } from '../api/types.js';
import { ChannelPort } from '../channel/channel-port.js';
import type { ChannelEnd } from '../connection/orderly-close.js';
import type { Action } from '../engine/action.js';
import { EngineHost } from '../engine/engine-host.js';
import type { EngineOptions } from '../engine/engine-module.js';
import type { FileDescription } from '../engine/file-description.js';
import type { EngineInstance } from '../engine/runtime.js';
import type { ChannelEvents, LaneAction, LaneBundle, LaneHost, LaneMeans, MakePort } from '../lanes/lanes.js';
import { Downloads, type DownloadNews, type DownloadTools, type OrderedPull } from '../transfers/downloads.js';
import type { Origin, Outlet } from '../transfers/ports.js';
import { newTransferId } from '../transfers/transfer-id.js';
import { Uploads, type OfferedFile, type UploadNews } from '../transfers/uploads.js';

/**
 * Where the driver's news goes. Where nothing else is said, it is told among the application's callbacks, and whoever is told
 * may throw or call back in.
 */
export interface DriverEvents extends Omit<UploadNews, 'progress'>, Omit<DownloadNews, 'progress'> {
  progress: UploadNews['progress'] & DownloadNews['progress'];
  connected(): unknown;
  /** At once: the connection is lost, and another one is wanted, whose channel is to be attached. */
  lost(): void;
  /** The same as news. */
  interrupted(): unknown;
  /** It is there. */
  resumed(): unknown;
  withdrawn(transferId: string): unknown;
  /** At once. */
  peerSeen(): void;
  offer(offer: OfferMessage): unknown;
  syncRequested(): unknown;
  inventory(hashes: string[]): unknown;
  fileRequested(hash: string): unknown;
  /** At once, after the channel was told to close; `channelCloses` is whether it took that. */
  over(channelCloses: boolean): void;
  /** Nothing can come or go any more. */
  ended(): unknown;
  closed(): void;
}

/** What the driver works with, beside the channel. */
export interface DriverTools extends DownloadTools, LaneMeans {
  tap: WireTap | undefined;
  /** Default: on connections of their own, made here. */
  makeLanes?: ((host: LaneHost, makePort: MakePort) => LaneBundle) | undefined;
}

/** The engine to drive, and what it is told at first. */
export interface DrivenEngine {
  instance: EngineInstance;
  options: EngineOptions;
  group: number;
}

/** Carries out what the engine decides on the data channels of one session. Nothing here knows the protocol. */
export class ChannelDriver {
  readonly #events: DriverEvents;
  readonly #host: EngineHost;
  readonly #tools: DriverTools;
  /** Of the first channel. */
  readonly #port: ChannelPort;
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  #maxMessageSize: () => number | undefined = () => undefined;
  #lanes: LaneBundle | undefined;
  /** What waits for them to be loaded. */
  #laneActions: LaneAction[] = [];
  #nextTransfer = 1;
  #isOver = false;
  /** Told when nothing is under way. */
  #drained: (() => void)[] = [];
  /** Told when it is known what the peer understands. */
  #peerKnown: ((takesTrailingHash: boolean) => void)[] = [];
  /** By its owner. */
  #wasClosed = false;

  /** @throws PeerSessionError `engine-failed` when the engine cannot be made. */
  constructor({ instance, options, group }: DrivenEngine, events: DriverEvents, tools: DriverTools) {
    this.#events = events;
    this.#tools = tools;
    this.#host = new EngineHost(instance, options, group, tools.clock, {
      perform: (action) => this.#perform(action),
      buffered: (lane) => this.#portOf(lane)?.buffered,
      caughtUp: (lane) => this.#portOf(lane)?.awaitAgain(),
      ready: () => {
        this.#port.release();
        this.#lanes?.release();
      },
      failed: (cause) => {
        this.#report(new PeerSessionError('engine-failed', { cause }));
        this.#end('engine-failed');
      },
      callbackFailed: (cause) => events.reported(new PeerSessionError('callback-failed', { cause })),
    });
    if (this.#host.isOver) throw new PeerSessionError('engine-failed', { cause: instance.failure });
    this.#port = this.#makePort(0, {
      maxMessageSize: () => this.#maxMessageSize(),
      ended: (failure) => this.lost(failure),
      unusable: () => {
        const cause = new TypeError('The channel brings binary messages in a form that cannot be read at once.');
        this.#report(new PeerSessionError('channel-error', { cause }));
        this.#host.note('handleClosed', true, this.#host.held);
        this.#closeConnection();
      },
    });
    const outlet: Outlet = { sendBytes: (messages, lane) => !!this.#portOf(lane)?.sendBytes(messages) };
    this.#uploads = new Uploads(this.#host, outlet, events, tools.signer);
    this.#downloads = new Downloads(this.#host, events, tools);
  }

  /** Whether messages can be sent now. */
  get isOpen(): boolean {
    // Some implementations close a channel only later, and call it open until then.
    return !this.#isOver && this.#port.isOpen;
  }

  stats(): SessionStats | undefined {
    return this.#host.stats();
  }

  // --- The connection -------------------------------------------------------------------------------------------------

  /** The connection is being made. */
  connecting(): void {
    this.#host.note('handleConnecting');
  }

  /** The peer's description has come. */
  described(): void {
    this.#host.note('handleDescribed');
  }

  /**
   * Takes a channel, unless there is one; nothing is sent before `usable`. `maxMessageSize` is asked when the channel opens. Returns
   * what says when it has closed.
   */
  attach(
    channel: RTCDataChannel,
    usable: Promise<unknown> | undefined,
    maxMessageSize: () => number | undefined,
    waits?: boolean,
  ): ChannelEnd {
    this.#maxMessageSize = maxMessageSize;
    this.#port.attach(channel, usable, waits);
    return channel;
  }

  /** The channel is lost: nothing that it still brings is taken. Another may be attached. */
  detach(): void {
    this.#port.detach();
  }

  /** The peer has begun anew: the session ends before this returns, so that its owner can make the next one. */
  replaced(): void {
    this.#host.conclude('handleReplaced', this.#host.held);
    this.#closeConnection();
  }

  /** The connection does not carry any more, by a failure or since the other side closed it. Another one may take its place. */
  lost(failure: boolean): void {
    this.#host.note('handleLost', failure, this.#host.held);
    if (this.#host.isChannelOver) this.#closeConnection();
  }

  // --- Commands -------------------------------------------------------------------------------------------------------

  /**
   * The offer's id, or why it could not be made. The message is handed to the channel before this returns.
   *
   * @param transferId - Default: a new one.
   */
  offer(origin: Origin, size: number, file: OfferedFile, transferId = newTransferId()): string | PeerSessionError {
    if (this.#isOver) return errorFromEngine('closed');
    return this.#uploads.offer(this.#nextTransfer++, origin, size, { ...file, transferId });
  }

  withdraw(transferId: string): void {
    this.#host.command('withdraw', transferId);
  }

  pull(transferId: string, given: OrderedPull): void {
    this.#downloads.pull(this.#nextTransfer++, transferId, this.#port.isClosing, given);
  }

  cancelPull(transferId: string): void {
    this.#downloads.cancel(transferId);
  }

  /** Of an offer that will not be pulled; `detail` is for the peer's application. */
  decline(transferId: string, detail: string): void {
    this.#host.command('decline', [transferId, detail]);
  }

  pausePull(transferId: string): void {
    this.#host.command('pausePull', transferId, true);
  }

  resumePull(transferId: string): void {
    this.#host.command('pausePull', transferId, false);
  }

  setPriority(transferId: string, priority: number): void {
    this.#host.command('setPriority', transferId, priority);
  }

  /** Resolves when nothing is under way to the peer, or when the session is over. */
  drained(): Promise<void> {
    return this.#answer('awaitDrained', this.#drained, undefined);
  }

  /**
   * Resolves when it is known what the peer understands, or cannot be, within a few seconds; or when the session is over: with whether it
   * takes files whose hash follows their bytes.
   */
  peerKnown(): Promise<boolean> {
    return this.#answer('awaitPeer', this.#peerKnown, false);
  }

  #answer<T>(question: 'awaitDrained' | 'awaitPeer', waiting: ((answer: T) => void)[], atTheEnd: T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#isOver) {
        resolve(atTheEnd);
        return;
      }
      waiting.push(resolve);
      this.#host.command(question);
    });
  }

  requestFile(hash: string): void {
    this.#host.command('requestFile', hash);
  }

  requestSync(): void {
    this.#host.command('requestSync');
  }

  sendInventory(hashes: string[]): void {
    this.#host.command('sendInventory', hashes);
  }

  sendPing(): void {
    this.#host.command('sendPing');
  }

  /** Everything has been settled when this returns; when it is called from within a callback, after that. */
  close(): void {
    if (this.#wasClosed) return;
    this.#wasClosed = true;
    this.#host.conclude('close', this.#host.held);
    this.#host.runAllCallbacks();
  }

  // --- Between the parts ----------------------------------------------------------------------------------------------

  #portOf(lane: number): ChannelPort | undefined {
    return lane === 0 ? this.#port : this.#lanes?.port(lane);
  }

  #makePort(lane: number, { maxMessageSize, ended, unusable }: ChannelEvents): ChannelPort {
    const { clock, tap } = this.#tools;
    return new ChannelPort(clock, {
      turn: () => this.#host.beginTurn(),
      heard: () => this.#events.peerSeen(),
      opened: () => {
        // Infinity means that any size goes; not knowing is another thing.
        const limit = Math.min(maxMessageSize() ?? 0, Number.MAX_SAFE_INTEGER);
        this.#host.note('handleOpen', limit, lane);
      },
      text: (text) => this.#host.tellText(text, lane),
      bytes: (bytes) => this.#downloads.receive(bytes, lane),
      // The tap only watches, and is the application's code: among its callbacks it changes nothing about what it sees.
      watch: tap && ((...seen) => this.#host.later(() => tap(...seen))),
      unusable,
      drained: () => this.#host.tellAmount(lane),
      ended,
      isReady: (isText) => !this.#host.isPaused && !(isText && this.#downloads.isAsking),
      hurry: () => this.#host.finish(),
    });
  }

  /** What comes while lanes are loaded waits for it, in order. */
  #onLane(action: LaneAction): void {
    if (this.#lanes) {
      this.#lanes.perform(action);
      return;
    }
    if (this.#laneActions.push(action) === 1) void this.#loadLanes();
  }

  async #loadLanes(): Promise<void> {
    try {
      const makePort: MakePort = (lane, events) => this.#makePort(lane, events);
      this.#lanes =
        this.#tools.makeLanes?.(this.#host, makePort) ??
        new (await import('../lanes/lanes.js')).Lanes(this.#tools, this.#host, makePort);
      // One by one: what is told meanwhile may end the session, and nothing waits then.
      for (let action; (action = this.#laneActions.shift());) this.#lanes.perform(action);
    } catch {
      // Not served, for one: the first channel does it all.
      for (const { kind, lane } of this.#laneActions.splice(0)) {
        if (kind === 'openLane' || kind === 'answerLane') this.#host.tell('handleLane', lane, '');
      }
    }
  }

  #perform(action: Action): void {
    switch (action.kind) {
      case 'sendText':
        this.#portOf(action.lane)?.sendText(action.text);
        break;
      case 'sendBytes':
        this.#uploads.sendBytes(action);
        break;
      case 'awaitLow':
        // What has been reached already is said after the callbacks so far; their bound is also that of the turn's waits.
        if (this.#portOf(action.lane)?.awaitLow(action.threshold) === false) {
          this.#host.later(() => this.#host.tellAmount(action.lane));
        }
        break;
      case 'readBlock':
        void this.#uploads.readBlock(action);
        break;
      case 'drained':
        this.#tell(this.#drained, undefined);
        break;
      case 'peerKnown':
        this.#tell(this.#peerKnown, action.takesTrailingHash);
        break;
      case 'interrupted':
        this.#events.lost();
        this.#host.later(() => this.#events.interrupted());
        break;
      case 'resumed':
        this.#host.later(() => this.#events.resumed());
        break;
      case 'offerWithdrawn':
        this.#host.later(() => this.#events.withdrawn(action.transferId));
        break;
      case 'findPartial':
        this.#downloads.findPartial(action);
        break;
      case 'discardPartial':
        this.#downloads.discardPartial(action);
        break;
      case 'hashFile':
        void this.#uploads.hash(action);
        break;
      case 'signFile':
        this.#uploads.sign(action);
        break;
      case 'uploadPulled':
        this.#uploads.pulled(action);
        break;
      case 'uploadPaused':
        this.#uploads.pause(action);
        break;
      case 'pullPaused':
        this.#downloads.paused(action);
        break;
      case 'uploadEnded':
        this.#uploads.end(action);
        break;
      case 'storeChunk':
        this.#downloads.storeChunk(action);
        break;
      case 'finishSink':
        this.#downloads.finishSink(action);
        break;
      case 'dropChunk':
        this.#downloads.dropChunk();
        break;
      case 'authorize':
        this.#downloads.authorize(action);
        break;
      case 'verify':
        void this.#downloads.verify(action);
        break;
      case 'downloadEnded':
        this.#downloads.end(action);
        break;
      case 'connected':
        this.#host.later(() => this.#events.connected());
        break;
      case 'offerReceived':
        this.#host.later(() => this.#events.offer(toOfferMessage(action.file)));
        break;
      case 'syncRequested':
        this.#host.later(() => this.#events.syncRequested());
        break;
      case 'inventoryReceived':
        this.#host.later(() => this.#events.inventory(action.hashes));
        break;
      case 'fileRequested':
        this.#host.later(() => this.#events.fileRequested(action.hash));
        break;
      case 'report':
        this.#report(errorFromEngine(action.reason));
        break;
      case 'closed':
        this.#end(action.reason);
        break;
      default:
        this.#onLane(action);
    }
  }

  #tell<T>(waiting: ((answer: T) => void)[], answer: T): void {
    for (const resolve of waiting.splice(0)) {
      this.#host.later(() => {
        resolve(answer);
      });
    }
  }

  #report(error: PeerSessionError): void {
    this.#host.later(() => this.#events.reported(error));
  }

  /** The engine may still wait for a hash; channel and connection have nothing to wait for. */
  #closeConnection(): void {
    this.#laneActions = [];
    this.#lanes?.closeAll();
    this.#events.over(this.#port.close());
    this.#host.later(() => this.#events.ended());
    this.#host.runCallbacks();
  }

  /** Nothing is left behind: no timer, no listener, no file, no engine. */
  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.release();
    this.#closeConnection();
    this.#uploads.endAll(reason);
    this.#downloads.failAll(reason);
    this.#tell(this.#drained, undefined);
    this.#tell(this.#peerKnown, false);
    this.#host.later(() => this.#events.closed());
  }
}

/** Of what a peer says of a file, what an offer is for: whose it is, the file itself will say. */
function toOfferMessage({ transferId, name, size, mime, hash, isPinned, ttl, extra }: FileDescription): OfferMessage {
  const offer: OfferMessage = { type: 'offer-file', transferId, name, size, mime, hash, isPinned };
  if (ttl !== undefined) offer.ttl = ttl;
  if (extra !== undefined) offer.extra = extra;
  return offer;
}
