import { PeerSessionError } from '../api/errors.js';
import { systemClock } from '../api/options.js';
import type { PullOptions, Sink, StoreSettings } from '../api/sink.js';
import type { Bytes } from '../basics/bytes.js';
import { useEngine } from '../engine/runtime.js';
import { MemoryStore } from '../files/memory-store.js';
import { sha256 } from '../files/sha256.js';
import { OpfsStore } from '../opfs/opfs-store.js';
import { ChannelDriver, type DriverEvents, type DriverTools } from '../session/channel-driver.js';
import { makeOrigin } from '../sources/make-origin.js';
import type { Origin } from '../transfers/ports.js';
import type { OfferedFile } from '../transfers/uploads.js';
import { AskedContents } from './asked-contents.js';
import { askedOrigin } from './asked-origin.js';
import { cloneable, toFailure, type Failure } from './failure.js';
import { HostedChannel } from './hosted-channel.js';
import { HostedLanes } from './hosted-lanes.js';
import type { Line } from './line.js';
import type { Call, HostedSetup, HostedSink, HostedSource, Look, Questions, ToHost } from './messages.js';
import { News } from './news.js';

interface Asked {
  resolve: (value: never) => void;
  reject: (cause: unknown) => void;
}

/** One session's driver, for a page that speaks to it over a line. */
export class HostedSession implements ToHost {
  readonly #line: Line;
  readonly #news: News;
  readonly #asked = new Map<number, Asked>();
  #lastQuestion = 0;
  #driver: ChannelDriver | undefined;
  #lanes: HostedLanes | undefined;
  /** The newest of each link; those of before are closed, and may still say so. */
  readonly #channels = new Map<number, HostedChannel>();
  /** The application's, which have neither finished nor been told to abort. */
  readonly #sinks = new Set<number>();
  #detached = 0;
  #isOver = false;

  constructor(line: Line) {
    this.#line = line;
    const news = new News(line, () => this.#look());
    this.#news = news;
    line.onmessageerror = () => {
      news.tell(['arrived', false]);
    };
    line.onmessage = ({ data }) => {
      const [name, ...given] = data as Call<ToHost>;
      (this[name] as (...given: unknown[]) => void)(...given);
      news.touched();
    };
  }

  open({ engine, group, direct, hasTap, hasDigest }: HostedSetup): void {
    if (direct) direct.look = () => this.#driver && this.#look();
    try {
      this.#driver = new ChannelDriver({ instance: useEngine(), options: engine, group }, this.#events(), {
        tap: hasTap
          ? (direction, message) => {
              this.#news.tell(['tapped', direction, message]);
            }
          : undefined,
        makeStore: (size) => new MemoryStore(size),
        contents: new AskedContents(
          (hash, size, answered) => {
            const nothing = () => {
              answered(undefined);
            };
            this.#askThen('find', [hash, size], { resolve: answered, reject: nothing });
          },
          (hash, size, bytes) => {
            this.#news.tell(['keep', hash, size, bytes], [bytes.buffer]);
          },
          (hash) => {
            this.#news.tell(['forget', hash]);
          },
        ),
        hash: (content) => sha256(content, hasDigest ? (bytes) => this.#digest(bytes) : undefined),
        signer: undefined,
        ...(direct ?? this.#lanesOfPage()),
      });
      this.#news.flush();
    } catch (cause) {
      const error = cause instanceof PeerSessionError ? cause : new PeerSessionError('engine-failed', { cause });
      this.#news.tell(['failed', this.#toFailure(error)]);
    }
  }

  /** Whose connections the page has. */
  #lanesOfPage(): Pick<DriverTools, 'clock' | 'configure' | 'makePeerConnection' | 'channelLabel' | 'makeLanes'> {
    return {
      clock: systemClock,
      configure: () => ({}),
      makePeerConnection: () => {
        throw new PeerSessionError('webrtc-unavailable');
      },
      channelLabel: '',
      makeLanes: (host, makePort) => {
        this.#lanes = new HostedLanes(host, makePort, {
          perform: (action) => {
            this.#news.tell(['lane', action]);
          },
          opened: (lane, link) => {
            this.#news.tell(['opened', lane, link]);
          },
        });
        return this.#lanes;
      },
    };
  }

  #look(): Look {
    return [this.#driver?.isOpen ?? false, this.#driver?.stats()];
  }

  // --- The connection -------------------------------------------------------------------------------------------------

  connecting(): void {
    this.#driver?.connecting();
  }

  described(): void {
    this.#driver?.described();
  }

  detach(): void {
    this.#detached += 1;
    this.#endChannels();
    this.#driver?.detach();
  }

  replaced(): void {
    this.#driver?.replaced();
  }

  lost(failure: boolean): void {
    this.#driver?.lost(failure);
  }

  attach(lane: number, link: number, channel: RTCDataChannel, limit: number | undefined, waits: boolean): void {
    const arrival = { channel, limit, waits };
    if (lane > 0) {
      this.#lanes?.attach(lane, link, arrival);
      return;
    }
    const isHere = isChannel(channel);
    this.#news.tell(['arrived', isHere]);
    if (!isHere) return;
    const hosted = new HostedChannel(arrival, {
      opened: () => {
        this.#news.tell(['opened', 0, link]);
      },
      ended: () => {
        this.#channels.delete(link);
        this.#news.tell(['channelEnded', link]);
        this.#finish();
      },
    });
    // In one thread the page hears of it itself.
    if (!this.#line.isDirect) hosted.watch();
    this.#channels.set(link, hosted);
    this.#driver?.attach(channel, hosted.usable, () => hosted.limit, hosted.waits);
    hosted.begin();
  }

  usable(lane: number, link: number, limit: number | undefined): void {
    if (lane > 0) this.#lanes?.usable(lane, limit);
    else this.#channels.get(link)?.use(limit);
  }

  describedLane(lane: number, description: string): void {
    this.#lanes?.described(lane, description);
  }

  // --- Commands -------------------------------------------------------------------------------------------------------

  offer(transferId: string, source: HostedSource, size: number, file: OfferedFile): void {
    const offered = this.#driver?.offer(this.#originOf(transferId, source, size), size, file, transferId);
    // Of a session that is over nobody tells it.
    if (offered && typeof offered !== 'string') {
      this.#news.tell(['uploadEnded', transferId, this.#toFailure(offered), false]);
    }
  }

  withdraw(transferId: string): void {
    this.#driver?.withdraw(transferId);
  }

  pull(transferId: string, room: number | undefined, to: HostedSink | undefined, priority = 0): void {
    this.#driver?.pull(transferId, { room: room ?? null, to: to ? this.#sinkOf(to) : null, priority });
  }

  pausePull(transferId: string): void {
    this.#driver?.pausePull(transferId);
  }

  resumePull(transferId: string): void {
    this.#driver?.resumePull(transferId);
  }

  setPriority(transferId: string, priority: number): void {
    this.#driver?.setPriority(transferId, priority);
  }

  cancelPull(transferId: string): void {
    this.#driver?.cancelPull(transferId);
  }

  decline(transferId: string, detail: string): void {
    this.#driver?.decline(transferId, detail);
  }

  awaitDrained(): void {
    void this.#driver?.drained().then(() => {
      this.#news.tell(['drained']);
    });
  }

  awaitPeer(): void {
    void this.#driver?.peerKnown().then((takesTrailingHash) => {
      this.#news.tell(['peerKnown', takesTrailingHash]);
    });
  }

  requestFile(hash: string): void {
    this.#driver?.requestFile(hash);
  }

  requestSync(): void {
    this.#driver?.requestSync();
  }

  sendInventory(hashes: string[]): void {
    this.#driver?.sendInventory(hashes);
  }

  sendPing(): void {
    this.#driver?.sendPing();
  }

  close(): void {
    this.#driver?.close();
  }

  // --- Questions ------------------------------------------------------------------------------------------------------

  answer(question: number, value: unknown): void {
    this.#take(question)?.resolve(value as never);
  }

  refuse(question: number, cause: unknown): void {
    this.#take(question)?.reject(cause);
  }

  #take(question: number): Asked | undefined {
    const asked = this.#asked.get(question);
    this.#asked.delete(question);
    // After what comes of the answer.
    if (this.#isOver) {
      queueMicrotask(() => {
        this.#finish();
      });
    }
    return asked;
  }

  #ask<K extends keyof Questions>(
    name: K,
    given: Questions[K]['given'],
    transfer: Transferable[] = [],
  ): Promise<Questions[K]['answer']> {
    return new Promise((resolve, reject) => {
      this.#askThen(name, given, { resolve, reject }, transfer);
    });
  }

  #askThen(name: keyof Questions, given: unknown[], asked: Asked, transfer: Transferable[] = []): void {
    const question = ++this.#lastQuestion;
    this.#asked.set(question, asked);
    this.#news.tell(['ask', question, name, given], transfer);
  }

  /** The content stays here: it is delivered from here. */
  #digest(content: Bytes): Promise<ArrayBuffer> {
    if (this.#line.isDirect) return this.#ask('digest', [content]);
    const copy = content.slice();
    return this.#ask('digest', [copy], [copy.buffer]);
  }

  #originOf(transferId: string, source: HostedSource, size: number): Origin {
    if (!('once' in source)) return makeOrigin(source, size);
    const read = (at: number, length: number) => this.#ask('read', [transferId, at, length]);
    return askedOrigin({ read, hash: () => this.#ask('hashOf', [transferId]) }, source);
  }

  #sinkOf(to: HostedSink): NonNullable<PullOptions['to']> {
    if ('store' in to) return storeOf(to.store);
    if (!('sink' in to)) return to;
    const { sink, has } = to;
    this.#sinks.add(sink);
    const end = (reason: unknown, isKept: boolean) => {
      this.#sinks.delete(sink);
      return this.#ask('abort', [sink, this.#toFailure(reason as PeerSessionError), isKept]);
    };
    const asked: Sink = {
      write: (chunk, at, hashState) => {
        const bytes = chunk;
        // A view of more than it shows belongs to others, too.
        const own = this.#line.isDirect || bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
        return this.#ask('write', [sink, own, at, hashState()], [own.buffer]);
      },
      finish: async (hash) => {
        await this.#ask('finish', [sink, hash]);
        this.#sinks.delete(sink);
      },
      abort: (reason) => end(reason, false),
    };
    if (has.includes('open')) asked.open = (file) => this.#ask('openSink', [sink, file]);
    if (has.includes('restart')) asked.restart = () => this.#ask('restart', [sink]);
    if (has.includes('keep')) asked.keep = (reason) => end(reason, true);
    return asked;
  }

  // --- News -----------------------------------------------------------------------------------------------------------

  #events(): DriverEvents {
    const news = this.#news;
    return {
      connected: () => {
        news.tell(['connected']);
      },
      lost: () => {
        news.tell(['lost', this.#detached]);
      },
      interrupted: () => {
        news.tell(['interrupted']);
      },
      resumed: () => {
        news.tell(['resumed']);
      },
      withdrawn: (transferId) => {
        news.tell(['withdrawn', transferId]);
      },
      peerSeen: () => {
        news.heard();
      },
      offer: (offer) => {
        news.tell(['offered', offer]);
      },
      syncRequested: () => {
        news.tell(['syncRequested']);
      },
      inventory: (hashes) => {
        news.tell(['inventory', hashes]);
      },
      fileRequested: (hash) => {
        news.tell(['fileRequested', hash]);
      },
      mayReceive: (answer) => {
        this.#askThen('mayReceive', [], { resolve: answer, reject() {} });
      },
      delivered: (content, file) => {
        news.forget('receive', file.transferId);
        const { transferId, mime: type } = file;
        try {
          const blob = content instanceof Blob ? content : new Blob([content], { type });
          news.tell(['delivered', blob, file]);
        } catch (cause) {
          news.tell(['pullFailed', this.#toFailure(new PeerSessionError('out-of-memory', { cause, transferId }))]);
        }
      },
      received: (file, result) => {
        news.forget('receive', file.transferId);
        news.tell(['received', file, result]);
      },
      failed: (transferId, error) => {
        news.forget('receive', transferId);
        news.tell(['pullFailed', this.#toFailure(error)]);
      },
      pulled: (transferId) => {
        news.tell(['pulled', transferId]);
      },
      pullPaused: (transferId, isPaused) => {
        news.tell(['pullPaused', transferId, isPaused]);
      },
      uploadEnded: (transferId, error, isDelivered) => {
        news.forget('send', transferId);
        news.tell(['uploadEnded', transferId, error && this.#toFailure(error), isDelivered]);
      },
      progress: (direction, transferId, bytes, size) => {
        news.progress(direction, transferId, bytes, size);
      },
      reported: (error) => {
        news.tell(['reported', this.#toFailure(error)]);
      },
      over: (channelCloses) => {
        news.tell(['over', channelCloses]);
        if (!channelCloses || this.#line.isDirect) this.#endChannels();
      },
      ended: () => {
        news.tell(['ended']);
      },
      closed: () => {
        news.tell(['closed']);
        this.#isOver = true;
        this.#finish();
      },
    };
  }

  #endChannels(): void {
    for (const channel of this.#channels.values()) channel.end();
  }

  /** The last channel may end long after the session, and a sink be let go of after it. */
  #finish(): void {
    const waits = this.#channels.size + this.#asked.size + this.#sinks.size;
    if (this.#isOver && waits === 0) this.#news.tell(['done']);
  }

  #toFailure(error: PeerSessionError): Failure {
    const failure = toFailure(error);
    if (!this.#line.isDirect) failure.cause = failure.cause.map(cloneable);
    return failure;
  }
}

/** By what they were made with: those of one page are one here, too. */
const stores = new Map<string, OpfsStore>();

function storeOf(settings: StoreSettings): OpfsStore {
  const key = JSON.stringify(settings);
  const store = stores.get(key) ?? new OpfsStore(settings);
  stores.set(key, store);
  return store;
}

/** A platform may promise to hand it over, and bring something else. */
function isChannel(value: unknown): boolean {
  return typeof (value as RTCDataChannel | null | undefined)?.send === 'function';
}
