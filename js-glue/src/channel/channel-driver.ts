import type { RawOptions } from 'virtual:engine';
import type { Action } from '../engine/action.js';
import { EngineHost, type EngineCall } from '../engine/engine-host.js';
import type { EngineInstance } from '../engine/runtime.js';
import { errorFromEngine, PeerSessionError } from '../errors.js';
import type { FileDescription, OfferedFile } from '../files/file-description.js';
import type { OfferMessage } from '../types.js';
import { CallbackQueue } from './callback-queue.js';
import { ChannelPort, closeChannel } from './channel-port.js';
import { Downloads } from './downloads.js';
import type { DriverContext, DriverEvents, DriverTools } from './driver-context.js';
import { Uploads } from './uploads.js';

/** Carries out what the engine decides on one data channel. Nothing here knows the protocol. */
export class ChannelDriver {
  readonly #instance: EngineInstance;
  readonly #events: DriverEvents;
  readonly #tools: DriverTools;
  readonly #maxText: number;
  readonly #callbacks: CallbackQueue;
  readonly #host: EngineHost;
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  #port: ChannelPort | undefined;
  #nextTransfer = 1;
  #isOver = false;
  /** By its owner. */
  #wasClosed = false;
  /** What the channel holds was not told, since not all that the engine sent had reached it. */
  #owesAmount = false;

  /** @throws PeerSessionError `engine-failed` when the engine cannot be made. */
  constructor(instance: EngineInstance, options: RawOptions, events: DriverEvents, tools: DriverTools) {
    this.#instance = instance;
    this.#events = events;
    this.#tools = tools;
    this.#maxText = options.maxTextLength;
    this.#callbacks = new CallbackQueue((cause) => {
      events.reported(new PeerSessionError('callback-failed', { cause }));
    });
    const context = this.#makeContext();
    this.#uploads = new Uploads(context);
    this.#downloads = new Downloads(context);
    this.#host = new EngineHost(instance, options, tools.clock, {
      turn: () => this.#callbacks.beginTurn(),
      perform: (action) => this.#perform(action),
      settled: () => this.#settled(),
      failed: (cause) => {
        context.report(new PeerSessionError('engine-failed', { cause }));
        this.#end('engine-failed');
      },
    });
    if (this.#host.isOver) throw new PeerSessionError('engine-failed', { cause: instance.failure });
  }

  get channel(): RTCDataChannel | undefined {
    return this.#port?.channel;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  stats(): ReturnType<EngineHost['stats']> {
    return this.#host.stats();
  }

  /** The connection is being made. */
  connecting(): void {
    this.#host.tell((engine, now) => {
      engine.handleConnecting(now);
    });
  }

  /** The peer's description has come. */
  described(): void {
    this.#host.tell((engine, now) => {
      engine.handleDescribed(now);
    });
  }

  /** The peer has begun anew: the session ends before this returns, so that its owner can make the next one. */
  replaced(): void {
    this.#host.command((engine, now) => {
      engine.handleReplaced(now, this.#held);
    });
    this.#closeConnection();
  }

  /** Takes the one channel of the session. `maxMessageSize` is asked when the channel opens. */
  attach(channel: RTCDataChannel, maxMessageSize: () => number | undefined): void {
    if (this.#isOver || this.#port) {
      closeChannel(channel);
      return;
    }
    this.#port = new ChannelPort(channel, this.#tools.clock, {
      turn: () => this.#host.beginTurn(),
      heard: () => this.#events.peerSeen(),
      opened: () => {
        // Infinity means that any size goes; not knowing is another thing.
        const limit = Math.min(maxMessageSize() ?? 0, Number.MAX_SAFE_INTEGER);
        this.#host.tell((engine, now) => {
          engine.handleOpen(now, limit);
        });
      },
      text: (text) => {
        this.#show('in', text);
        this.#tell((engine, now) => {
          engine.handleText(now, this.#fit(text));
        });
      },
      bytes: (bytes) => {
        this.#show('in', { bytes: bytes.length });
        this.#downloads.receive(bytes);
      },
      unusable: () => {
        const cause = new TypeError('The channel brings binary messages in a form that cannot be read at once.');
        this.#report(new PeerSessionError('channel-error', { cause }));
        this.end(true);
      },
      drained: () => this.#tell(() => {}),
      ended: (failure) => this.end(failure),
      isReady: () => !this.#host.isPaused,
      hurry: () => this.#host.finish(),
    });
    this.#port.begin();
  }

  /** The offer's id, or why it could not be made. The message is handed to the channel before this returns. */
  offer(blob: Blob, file: OfferedFile): string | PeerSessionError {
    if (this.#isOver) return errorFromEngine('closed');
    const transfer = this.#nextTransfer++;
    const { kept, raw } = this.#uploads.add(transfer, blob, file);
    this.#command((engine, now) => {
      engine.offer(now, transfer, raw);
    });
    return kept.error ?? kept.transferId;
  }

  pull(transferId: string): void {
    const transfer = this.#nextTransfer++;
    if (!this.#downloads.add(transfer, transferId)) return;
    if (this.#isOver) {
      this.#downloads.fail(transfer, 'not-open');
      this.#callbacks.run();
      return;
    }
    this.#command((engine, now) => {
      engine.pull(now, transfer, this.#fit(transferId));
    });
  }

  requestFile(hash: string): void {
    this.#command((engine, now) => {
      engine.requestFile(now, this.#fit(hash));
    });
  }

  requestSync(): void {
    this.#command((engine, now) => {
      engine.requestSync(now);
    });
  }

  sendInventory(hashes: string[]): void {
    this.#command((engine, now) => {
      engine.sendInventory(now, hashes);
    });
  }

  sendPing(): void {
    this.#command((engine, now) => {
      engine.sendPing(now);
    });
  }

  /** Everything has been settled when this returns; when it is called from within a callback, after that. */
  close(): void {
    if (this.#wasClosed) return;
    this.#wasClosed = true;
    this.#host.command((engine, now) => {
      engine.close(now, this.#held);
    });
    this.#callbacks.runAll();
  }

  /** The connection is over, by a failure or in order. */
  end(failure: boolean): void {
    this.#host.tell((engine, now) => {
      engine.handleClosed(now, failure, this.#held);
    });
    this.#closeConnection();
  }

  /** The engine may still wait for a hash; channel and connection have nothing to wait for. */
  #closeConnection(): void {
    this.#events.over(this.#port?.close() ?? false);
  }

  /** Bytes that the channel has not sent; negative: not known, since not all that the engine has sent has reached it. */
  get #held(): number {
    return this.#host.hasWaiting ? -1 : (this.#port?.channel.bufferedAmount ?? 0);
  }

  #makeContext(): DriverContext {
    return {
      events: this.#events,
      tools: this.#tools,
      callbacks: this.#callbacks,
      isOver: () => this.#isOver,
      tell: (fact) => this.#tell(fact),
      note: (fact) => this.#host.tell(fact),
      notify: (call) => this.#notify(call),
      report: (error) => this.#report(error),
      handToChannel: (send) => !this.#isOver && !!this.#port?.hand(send),
      show: (...seen) => this.#show(...seen),
      fit: (text) => this.#fit(text),
    };
  }

  // --- Inputs ---------------------------------------------------------------------------------------------------------

  #tell(fact: EngineCall): void {
    this.#host.tell(this.#afterAmount(fact));
  }

  #command(command: EngineCall): void {
    this.#host.command(this.#afterAmount(command));
  }

  /** The engine is told first what the channel still holds. */
  #afterAmount(input: EngineCall): EngineCall {
    const amount = this.#port?.channel.bufferedAmount;
    if (amount === undefined) return input;
    if (this.#host.hasWaiting) {
      this.#owesAmount = true;
      return input;
    }
    return (engine, now) => {
      engine.handleBufferedAmount(now, amount);
      input(engine, now);
    };
  }

  #fit(text: string): string {
    return text.length > this.#maxText ? text.slice(0, this.#maxText + 1) : text;
  }

  #settled(): void {
    if (this.#owesAmount) {
      this.#owesAmount = false;
      this.#tell(() => {});
      // What was handed over meanwhile may be more than what was waited for.
      this.#port?.awaitAgain();
    }
    this.#wakeOthers();
    // The outer run goes on with the callbacks; and no message overtakes the one that answers for the message before it.
    if (this.#callbacks.isRunning) return;
    this.#callbacks.run();
    this.#port?.release();
  }

  /** After the news so far: what another session announces comes because of what has ended here. */
  #wakeOthers(): void {
    for (let user = this.#instance.nextWoken(); user; user = this.#instance.nextWoken()) {
      this.#callbacks.add(user.wake);
    }
  }

  // --- Actions --------------------------------------------------------------------------------------------------------

  #perform(action: Action): void {
    switch (action.kind) {
      case 'sendText':
        this.#show('out', action.text);
        this.#port?.hand((channel) => channel.send(action.text));
        break;
      case 'sendBytes':
        this.#uploads.sendBytes(action);
        break;
      case 'awaitLow':
        this.#awaitLow(action.threshold);
        break;
      case 'readBlock':
        void this.#uploads.readBlock(action.transfer, action.offset + action.length);
        break;
      case 'signFile':
        this.#uploads.sign(action.transfer, action.file);
        break;
      case 'uploadEnded':
        this.#uploads.end(action.transfer, action.reason);
        break;
      case 'storeChunk':
        this.#downloads.storeChunk(action);
        break;
      case 'dropChunk':
        this.#downloads.dropChunk();
        break;
      case 'authorize':
        this.#downloads.authorize(action.transfer);
        break;
      case 'verify':
        void this.#downloads.verify(action.transfer, action.claim);
        break;
      case 'downloadEnded':
        this.#downloads.end(action);
        break;
      case 'connected':
        this.#notify((events) => events.connected());
        break;
      case 'offerReceived': {
        const offer = toOfferMessage(action.file);
        this.#notify((events) => events.offer(offer));
        break;
      }
      case 'syncRequested':
        this.#notify((events) => events.syncRequested());
        break;
      case 'inventoryReceived':
        this.#notify((events) => events.inventory(action.hashes));
        break;
      case 'fileRequested':
        this.#notify((events) => events.fileRequested(action.hash));
        break;
      case 'report':
        this.#report(errorFromEngine(action.reason));
        break;
      case 'closed':
        this.#end(action.reason);
        break;
    }
  }

  /** The tap only watches, and is the application's code: among its callbacks it changes nothing about what it sees. */
  #show(...seen: Parameters<NonNullable<DriverTools['tap']>>): void {
    const { tap } = this.#tools;
    if (tap) this.#callbacks.add(() => tap(...seen));
  }

  #report(error: PeerSessionError): void {
    this.#notify((events) => events.reported(error));
  }

  #notify(call: (events: DriverEvents) => unknown): void {
    this.#callbacks.add(() => call(this.#events));
  }

  /** What has been reached already is said after the callbacks so far; their bound is also that of the turn's waits. */
  #awaitLow(threshold: number): void {
    if (this.#port?.awaitLow(threshold) === false) this.#callbacks.add(() => this.#tell(() => {}));
  }

  /** Nothing is left behind: no timer, no listener, no file, no engine. */
  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.release();
    this.#closeConnection();
    this.#uploads.endAll(reason);
    this.#downloads.failAll(reason);
    this.#notify((events) => events.closed());
  }
}

/** Of what a peer says of a file, what an offer is for: whose it is, the file itself will say. */
function toOfferMessage({ transferId, name, size, mime, hash, isPinned, ttl }: FileDescription): OfferMessage {
  const offer: OfferMessage = { type: 'offer-file', transferId, name, size, mime, hash, isPinned };
  if (ttl !== undefined) offer.ttl = ttl;
  return offer;
}
