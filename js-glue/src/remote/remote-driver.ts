import { errorFromEngine, PeerSessionError } from '../api/errors.js';
import type { SessionStats } from '../api/types.js';
import type { ChannelEnd } from '../connection/orderly-close.js';
import { CallbackQueue } from '../engine/callback-queue.js';
import { groupOf } from '../engine/groups.js';
import type { LaneAction } from '../lanes/lanes.js';
import type { Driver, DriverParts } from '../session/driver.js';
import type { Origin } from '../transfers/ports.js';
import { newTransferId } from '../transfers/transfer-id.js';
import type { OrderedPull } from '../transfers/downloads.js';
import type { OfferedFile } from '../transfers/uploads.js';
import { Answers } from './answers.js';
import { ChannelStandIn } from './channel-stand-in.js';
import { toError } from './failure.js';
import type { Line } from './line.js';
import type { Call, DirectSetup, HostedSetup, Look, ToHost, ToPage } from './messages.js';
import type { Lease, Place } from './place.js';
import type { RemoteLanes } from './remote-lanes.js';

/** In milliseconds: longer than a Worker may take to start. */
const arrivalTime = 15_000;

/** A channel that is handed over, as the page keeps it. */
interface Handed {
  standIn: ChannelStandIn;
  usable: Promise<unknown> | undefined;
  limit: () => number | undefined;
}

/**
 * The driver of a session, whose engine and channels are on another thread, or in this one behind the same line. It knows what is
 * open, so that the session can end within a call.
 */
export class RemoteDriver implements Driver {
  readonly #parts: DriverParts;
  readonly #place: Place;
  readonly #callbacks: CallbackQueue;
  readonly #answers: Answers;
  #lease: Lease;
  #line: Line;
  /** What was said before the first channel, which shows whether the host can have any. */
  #early: Call<ToHost>[] | undefined = [];
  /** As it was told last. */
  #told: Look = [false, undefined];
  readonly #direct: DirectSetup;
  #isOver = false;
  #arrival: ReturnType<typeof setTimeout> | undefined;
  #links = 0;
  #detached = 0;
  readonly #handed = new Map<number, Handed>();
  /** Offered, and no end of it has come. */
  readonly #offers = new Set<string>();
  /** Why the last of them has ended. */
  #offerError: PeerSessionError | undefined;
  /** Pulled, and the end not told; whether it has come. */
  readonly #pulls = new Map<string, boolean>();
  /** Of those, one is being told to the host. */
  #isOffering = false;
  #drained: (() => void)[] = [];
  #peerKnown: ((takesTrailingHash: boolean) => void)[] = [];
  #lanes: Promise<RemoteLanes | undefined> | undefined;

  constructor(place: Place, parts: DriverParts) {
    const { events } = parts;
    this.#parts = parts;
    this.#place = place;
    this.#callbacks = new CallbackQueue((cause) => events.reported(new PeerSessionError('callback-failed', { cause })));
    this.#answers = new Answers(parts, this.#callbacks, (call, transfer) => {
      this.#line.postMessage(call, transfer);
    });
    const { clock, configure, makePeerConnection, channelLabel } = parts;
    this.#direct = { clock, configure, makePeerConnection, channelLabel, look: () => undefined };
    this.#lease = place.lease(parts.options.clock ? 'here' : 'anywhere', (cause) => {
      this.#die(cause);
    });
    this.#line = this.#lease.line;
    this.#listen();
    this.#open();
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#look[0];
  }

  stats(): SessionStats | undefined {
    return this.#isOver ? undefined : this.#look[1];
  }

  get #look(): Look {
    return this.#direct.look() ?? this.#told;
  }

  // --- The connection -------------------------------------------------------------------------------------------------

  connecting(): void {
    this.#tell(['connecting']);
  }

  described(): void {
    this.#tell(['described']);
  }

  attach(channel: RTCDataChannel, usable: Promise<unknown> | undefined, limit: () => number | undefined): ChannelEnd {
    if (this.#isOver) {
      channel.close();
      return channel;
    }
    const link = ++this.#links;
    const standIn = new ChannelStandIn();
    this.#handed.set(link, { standIn, usable, limit });
    this.#handOver(0, link, channel, usable, limit);
    return this.#line.isDirect ? channel : standIn;
  }

  detach(): void {
    this.#detached += 1;
    this.#told = [false, this.#told[1]];
    this.#tell(['detach']);
  }

  replaced(): void {
    this.#conclude('peer-replaced', 'replaced', true);
  }

  lost(failure: boolean): void {
    this.#tell(['lost', failure]);
  }

  // --- Commands -------------------------------------------------------------------------------------------------------

  /** Whether it can be offered, its `transferend` tells. */
  offer(origin: Origin, size: number, file: OfferedFile): string | PeerSessionError {
    if (this.#isOver) return errorFromEngine('closed');
    const transferId = newTransferId();
    this.#offers.add(transferId);
    this.#isOffering = true;
    const { parts } = origin;
    try {
      if (!parts) throw new TypeError('It can be read only here.');
      this.#tell(['offer', transferId, parts, size, file], 'stream' in parts ? [parts.stream] : []);
    } catch {
      // Of another implementation, for one.
      this.#answers.keepSource(transferId, origin);
      const source = { once: !!origin.once, isHashed: !!origin.digest };
      this.#tell(['offer', transferId, source, size, file]);
    }
    this.#isOffering = false;
    // Told already, where nothing lies between.
    return this.#offers.has(transferId) ? transferId : (this.#offerError ?? transferId);
  }

  withdraw(transferId: string): void {
    this.#tell(['withdraw', transferId]);
  }

  pull(transferId: string, { to, room, priority }: OrderedPull): void {
    if (this.#pulls.has(transferId)) return;
    this.#pulls.set(transferId, false);
    if (this.#isOver || this.#links === 0) {
      this.#endPull(transferId, errorFromEngine('not-open', { transferId }));
      this.#callbacks.run();
      return;
    }
    if (!to) {
      this.#tell(['pull', transferId, undefined, undefined, priority]);
      return;
    }
    try {
      this.#tell(['pull', transferId, room ?? undefined, this.#answers.sinkFor(to, transferId), priority]);
    } catch (fault) {
      this.#endPull(transferId, errorFromEngine('store-failed', { transferId, fault }));
      this.#callbacks.run();
    }
  }

  cancelPull(transferId: string): void {
    this.#tell(['cancelPull', transferId]);
  }

  decline(transferId: string, detail: string): void {
    this.#tell(['decline', transferId, detail]);
  }

  pausePull(transferId: string): void {
    this.#tell(['pausePull', transferId]);
  }

  resumePull(transferId: string): void {
    this.#tell(['resumePull', transferId]);
  }

  setPriority(transferId: string, priority: number): void {
    this.#tell(['setPriority', transferId, priority]);
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      // Before the first channel nothing can be under way.
      if (this.#isOver || this.#links === 0) {
        resolve();
        return;
      }
      this.#drained.push(resolve);
      this.#tell(['awaitDrained']);
    });
  }

  peerKnown(): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#isOver || this.#links === 0) {
        resolve(false);
        return;
      }
      this.#peerKnown.push(resolve);
      this.#tell(['awaitPeer']);
    });
  }

  requestFile(hash: string): void {
    this.#tell(['requestFile', hash]);
  }

  requestSync(): void {
    this.#tell(['requestSync']);
  }

  sendInventory(hashes: string[]): void {
    this.#tell(['sendInventory', hashes]);
  }

  sendPing(): void {
    this.#tell(['sendPing']);
  }

  /** Everything has been settled when this returns; when it is called from within a callback, after that. */
  close(): void {
    this.#conclude('closed', 'close');
  }

  // --- The line -------------------------------------------------------------------------------------------------------

  #listen(): void {
    const line = this.#line;
    line.onmessage = ({ data }) => {
      // One that was left hears no more.
      if (this.#line !== line) return;
      this.#callbacks.beginTurn();
      for (const [name, ...given] of data as Call<ToPage>[]) {
        if (!this.#isOver || worksAtTheEnd.has(name)) (this.#calls[name] as (...given: unknown[]) => void)(...given);
      }
      this.#callbacks.run();
    };
  }

  #tell(call: Call<ToHost>, transfer: Transferable[] = []): void {
    if (this.#isOver) return;
    this.#early?.push(call);
    this.#line.postMessage(call, transfer);
  }

  /** By trying: what cannot be transferred is driven here. */
  #handOver(
    lane: number,
    link: number,
    channel: RTCDataChannel,
    usable: Promise<unknown> | undefined,
    limit: () => number | undefined,
  ): void {
    const known = limit();
    const call: Call<ToHost> = ['attach', lane, link, channel, known, usable !== undefined];
    try {
      this.#line.postMessage(call, [channel]);
    } catch {
      if (!this.#early) {
        // What the first one could do, this one cannot.
        channel.close();
        if (lane > 0) this.#tell(['describedLane', lane, '']);
        else this.lost(true);
        return;
      }
      this.#moveHere(this.#early);
      this.#line.postMessage(call, []);
    }
    if (this.#early && !this.#line.isDirect) this.#awaitArrival();
    this.#early = undefined;
    if (known !== undefined) void usable?.then(() => this.#use(lane, link, limit));
  }

  /** A platform that takes a channel may still not bring it. */
  #awaitArrival(): void {
    clearTimeout(this.#arrival);
    this.#arrival = setTimeout(() => {
      this.#calls.arrived(false);
    }, arrivalTime);
  }

  #use(lane: number, link: number, limit: () => number | undefined): void {
    if (!this.#isOver) this.#line.postMessage(['usable', lane, link, limit()] satisfies Call<ToHost>, []);
  }

  #moveHere(early: Call<ToHost>[]): void {
    this.#line.postMessage(['close'] satisfies Call<ToHost>, []);
    this.#lease.end();
    this.#lease = this.#place.lease('here', (cause) => {
      this.#die(cause);
    });
    this.#line = this.#lease.line;
    this.#listen();
    this.#open();
    for (const call of early) this.#line.postMessage(call, []);
  }

  #open(): void {
    const { engine, group, options, tap } = this.#parts;
    const setup: HostedSetup = {
      engine,
      group: group ? groupOf(group) : 0,
      direct: this.#line.isDirect && this.#direct,
      hasTap: tap !== undefined,
      hasDigest: options.digest !== undefined,
    };
    this.#line.postMessage(['open', setup] satisfies Call<ToHost>, []);
  }

  // --- What the host says ---------------------------------------------------------------------------------------------

  readonly #calls: ToPage = {
    state: (isOpen, isHeard, stats) => {
      this.#told = [isOpen, stats ?? this.#told[1]];
      if (isHeard) this.#parts.events.peerSeen();
    },
    failed: (failure) => {
      const error = toError(failure);
      this.#later(() => this.#parts.events.reported(error));
      this.#conclude(error.code, 'close');
    },
    connected: () => {
      this.#later(() => this.#parts.events.connected());
    },
    lost: (detached) => {
      // Another connection has been begun meanwhile: it is not that one.
      if (detached === this.#detached) this.#parts.events.lost();
    },
    interrupted: () => {
      this.#later(() => this.#parts.events.interrupted());
    },
    resumed: () => {
      this.#later(() => this.#parts.events.resumed());
    },
    withdrawn: (transferId) => {
      this.#later(() => this.#parts.events.withdrawn(transferId));
    },
    offered: (offer) => {
      this.#later(() => this.#parts.events.offer(offer));
    },
    syncRequested: () => {
      this.#later(() => this.#parts.events.syncRequested());
    },
    inventory: (hashes) => {
      this.#later(() => this.#parts.events.inventory(hashes));
    },
    fileRequested: (hash) => {
      this.#later(() => this.#parts.events.fileRequested(hash));
    },
    delivered: (content, file) => {
      this.#settlePull(file.transferId, () => this.#parts.events.delivered(content, file));
    },
    received: (file, result) => {
      const made = this.#answers.resultOf(file.transferId, result);
      this.#settlePull(file.transferId, () => this.#parts.events.received(file, made));
    },
    pullFailed: (failure) => {
      const { transferId = '' } = failure;
      this.#endPull(transferId, toError(this.#answers.explain(failure)));
    },
    pulled: (transferId) => {
      this.#later(() => this.#parts.events.pulled(transferId));
    },
    pullPaused: (transferId, isPaused) => {
      // Of one that has ended nobody wants to hear it.
      if (this.#pulls.get(transferId) !== false) return;
      this.#later(() => this.#parts.events.pullPaused(transferId, isPaused));
    },
    uploadEnded: (transferId, failure, isDelivered) => {
      this.#answers.forgetSource(transferId);
      if (!this.#offers.delete(transferId)) return;
      const error = failure && toError(failure);
      this.#offerError = error;
      // Whoever offers it without a hash hears of it by what that returns.
      if (error?.code === 'hash-required' && this.#isOffering) return;
      this.#later(() => {
        this.#parts.events.uploadEnded(transferId, error, isDelivered);
      });
    },
    progress: (direction, transferId, bytes, size) => {
      this.#later(() => {
        this.#parts.events.progress(direction as 'send', transferId, bytes, size);
      });
    },
    reported: (failure) => {
      const error = toError(failure);
      this.#later(() => this.#parts.events.reported(error));
    },
    tapped: (direction, message) => {
      this.#later(() => this.#parts.tap?.(direction, message));
    },
    drained: () => {
      const resolve = this.#drained.shift();
      if (resolve) this.#later(resolve);
    },
    peerKnown: (takesTrailingHash) => {
      const resolve = this.#peerKnown.shift();
      this.#later(() => resolve?.(takesTrailingHash));
    },
    over: (channelCloses) => {
      this.#parts.events.over(channelCloses);
      void this.#lanes?.then((lanes) => lanes?.closeAll());
    },
    ended: () => {
      this.#later(() => this.#parts.events.ended());
    },
    closed: () => {
      // What is open now came too late for the host.
      this.#settleAll('closed', 'not-open');
    },
    ask: (question, name, given) => {
      this.#answers.ask(question, name, given);
    },
    keep: (hash, size, bytes) => {
      this.#answers.keep(hash, size, bytes);
    },
    forget: (hash) => {
      this.#parts.held.forget(hash);
    },
    arrived: (isHere) => {
      clearTimeout(this.#arrival);
      if (isHere) return;
      // It is gone, and with it this session's way; those to come try none of this.
      this.#place.avoidWorker();
      const cause = new Error('The channel did not arrive in the Worker.');
      this.#later(() => this.#parts.events.reported(new PeerSessionError('channel-error', { cause })));
      this.#conclude('channel-error', 'close');
    },
    opened: (lane, link) => {
      if (lane > 0) {
        void this.#lanes?.then((lanes) => lanes?.opened(lane, link));
        return;
      }
      const handed = this.#handed.get(link);
      if (!handed) return;
      const use = () => {
        this.#use(0, link, handed.limit);
      };
      if (handed.usable) void handed.usable.then(use);
      else use();
    },
    channelEnded: (link) => {
      this.#handed.get(link)?.standIn.end();
      this.#handed.delete(link);
    },
    lane: (action) => {
      this.#onLane(action);
    },
    done: () => {
      this.#lease.end();
    },
  };

  #later(callback: () => unknown): void {
    this.#callbacks.add(callback);
  }

  #endPull(transferId: string, error: PeerSessionError): void {
    this.#settlePull(transferId, () => this.#parts.events.failed(transferId, error));
  }

  /** Once: what comes of one that has ended is late. Until it is told, it is not asked for anew. */
  #settlePull(transferId: string, tell: () => unknown): void {
    if (this.#pulls.get(transferId) !== false) return;
    this.#pulls.set(transferId, true);
    this.#later(() => {
      this.#pulls.delete(transferId);
      return tell();
    });
  }

  // --- Lanes ----------------------------------------------------------------------------------------------------------

  #onLane(action: LaneAction): void {
    this.#lanes ??= import('./remote-lanes.js').then(
      ({ RemoteLanes }) =>
        new RemoteLanes(this.#parts, {
          handOver: (...given) => {
            this.#handOver(...given);
          },
          use: (lane, link, limit) => {
            this.#use(lane, link, limit);
          },
          described: (lane, description) => {
            this.#tell(['describedLane', lane, description]);
          },
        }),
      // Not served, for one: the first channel does it all.
      () => undefined,
    );
    void this.#lanes.then((lanes) => {
      if (this.#isOver) return;
      if (lanes) lanes.perform(action);
      else if (action.kind !== 'closeLane') this.#tell(['describedLane', action.lane, '']);
    });
  }

  // --- The end --------------------------------------------------------------------------------------------------------

  /** By this side: the host follows, and what it has to say of this session is late. */
  #conclude(reason: string, call: 'close' | 'replaced', isReported = false): void {
    if (this.#isOver) return;
    this.#tell([call]);
    if (this.#direct.look()) {
      // It has followed, and said so.
      this.#callbacks.runAll();
      return;
    }
    if (isReported) this.#later(() => this.#parts.events.reported(errorFromEngine(reason)));
    this.#parts.events.over(true);
    void this.#lanes?.then((lanes) => lanes?.closeAll());
    this.#later(() => this.#parts.events.ended());
    this.#settleAll(reason);
    this.#callbacks.runAll();
  }

  /** The thread is gone, or never came. */
  #die(cause: unknown): void {
    for (const { standIn } of this.#handed.values()) standIn.end();
    this.#handed.clear();
    if (this.#isOver) return;
    this.#later(() => this.#parts.events.reported(new PeerSessionError('engine-failed', { cause })));
    this.#conclude('engine-failed', 'close');
  }

  #settleAll(reason: string, reasonOfPulls = reason): void {
    this.#isOver = true;
    clearTimeout(this.#arrival);
    this.#answers.end();
    for (const transferId of this.#offers) {
      this.#answers.forgetSource(transferId);
      this.#later(() => {
        this.#parts.events.uploadEnded(transferId, errorFromEngine(reason, { transferId }), false);
      });
    }
    this.#offers.clear();
    for (const transferId of this.#pulls.keys()) {
      this.#endPull(transferId, errorFromEngine(reasonOfPulls, { transferId }));
    }
    for (const resolve of this.#drained.splice(0)) this.#later(resolve);
    for (const resolve of this.#peerKnown.splice(0)) {
      this.#later(() => {
        resolve(false);
      });
    }
    this.#later(() => {
      this.#parts.events.closed();
    });
  }
}

/** What a session that has ended still hears: its channel has to close, its sinks to be let go of, and what is here of a file kept. */
const worksAtTheEnd = new Set<keyof ToPage>(['ask', 'keep', 'channelEnded', 'done']);
