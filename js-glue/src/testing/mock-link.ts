import { EventLog } from './event-log.js';
import { MockChannel } from './mock-channel.js';
import type { Payload } from './payload.js';
import { nextTurn } from './turn.js';

/** The two ends of a link. */
export type LinkSide = 'a' | 'b';

/** How a channel ends: in order, or with an error before it. */
export type LinkEnd = 'close' | 'error';

/** One message, in the order in which they were handed to their channels. */
export interface WireEntry {
  /** Who sent it. */
  from: LinkSide;
  /** Bytes that its channel still held before it. */
  buffered: number;
  /** What was sent, if it was text. */
  text?: string;
  /** The same as a value, if it was JSON. */
  message?: ReturnType<typeof JSON.parse>;
  /** What was sent, if it was binary. */
  bytes?: Uint8Array;
}

/** Everything is optional. */
export interface MockLinkOptions {
  /**
   * `auto`: everything moves on by itself, a step in each turn of the event loop. `manual`: only when the test calls `drain`.
   * Default `auto`.
   */
  drain?: 'auto' | 'manual';
  /** What an automatic step moves each way. Default 1 MiB. */
  bytesPerTurn?: number;
  /** In bytes; `send` throws a `TypeError` for more. Default 256 KiB, as in browsers. */
  maxMessageSize?: number;
  /** Of both channels. Default empty. */
  label?: string;
  /** What `createDataChannel` was given: it shows in the channels' properties. The link is ordered and reliable whatever it says. */
  init?: RTCDataChannelInit;
}

interface Fault {
  side: LinkSide;
  left: number;
  kind: LinkEnd;
}

/** A fault that is due when so many bytes have passed, for the channel whose bytes they are. */
export interface PendingFault {
  left: number;
  strike(): void;
}

/** What lies between two channels: ordered, reliable, and as slow as the test wants. */
export class MockLink {
  /** Whatever was sent on it, both ways, but for greetings. */
  readonly log: EventLog<WireEntry> = new EventLog();
  /** What sessions say of themselves, `hello` and `bye`: apart, so that a test of anything else need not speak of it. */
  readonly greetings: EventLog<WireEntry> = new EventLog();
  /** In bytes. */
  readonly maxMessageSize: number;
  /** One end. On a link of mock connections, that of the side that made the channel. */
  readonly a: MockChannel;
  /** The other end. */
  readonly b: MockChannel;
  #auto: boolean;
  readonly #bytesPerTurn: number;
  #scheduled = false;
  #faults: Fault[] = [];

  /** Its channels are `connecting` until `open` is called. */
  constructor({
    drain = 'auto',
    bytesPerTurn = 1024 * 1024,
    maxMessageSize = 256 * 1024,
    label = '',
    init = {},
  }: MockLinkOptions = {}) {
    this.#auto = drain === 'auto';
    this.#bytesPerTurn = bytesPerTurn;
    this.maxMessageSize = maxMessageSize;
    this.a = new MockChannel(this, 'a', label, init);
    this.b = new MockChannel(this, 'b', label, init);
  }

  /** Both channels are open from here on, and say so. */
  open(): void {
    this.b.becomeOpen();
    this.a.becomeOpen();
  }

  /** The end of that name. */
  channel(side: LinkSide): MockChannel {
    return side === 'a' ? this.a : this.b;
  }

  /** Moves up to that many bytes of one side onto the wire; what is whole with them reaches the other side within this call. */
  drain(side: LinkSide, bytes = Infinity): void {
    this.channel(side).drain(bytes, this.#faultOf(side));
  }

  /** Alternately, until neither side has anything queued; what is sent in answer moves too. */
  drainAll(): void {
    while (this.a.hasQueued || this.b.hasQueued) {
      this.drain('a');
      this.drain('b');
    }
  }

  /** Whether it moves on by itself, from here on. */
  setAuto(auto: boolean): void {
    this.#auto = auto;
    this.schedule();
  }

  /** When so many more bytes of that side have passed, the link ends in that way, in the middle of a message if need be. */
  faultAfter(side: LinkSide, bytes: number, kind: LinkEnd): void {
    this.#faults.push({ side, left: bytes, kind });
  }

  /** An orderly end at once, as when the other side closes: both sides hear it. What is queued is lost. */
  close(): void {
    this.a.end('close');
    this.b.end('close');
  }

  /** A broken connection: both sides hear an error and then the close. */
  fail(): void {
    this.a.end('error');
    this.b.end('error');
  }

  /** @internal */
  record(from: LinkSide, buffered: number, payload: Payload): void {
    const entry: WireEntry = { from, buffered, ...contentOf(payload) };
    const { type } = (entry.message ?? {}) as { type?: unknown };
    (type === 'hello' || type === 'bye' ? this.greetings : this.log).add(entry);
  }

  /** @internal */
  schedule(): void {
    if (!this.#auto || this.#scheduled || !(this.a.hasQueued || this.b.hasQueued)) return;
    this.#scheduled = true;
    nextTurn(() => {
      this.#scheduled = false;
      if (!this.#auto) return;
      this.drain('a', this.#bytesPerTurn);
      this.drain('b', this.#bytesPerTurn);
      this.schedule();
    });
  }

  #faultOf(side: LinkSide): PendingFault | undefined {
    const fault = this.#faults.find((candidate) => candidate.side === side);
    if (!fault) return undefined;
    return Object.assign(fault, {
      strike: () => {
        this.#faults = this.#faults.filter((candidate) => candidate !== fault);
        if (fault.kind === 'error') this.fail();
        else this.close();
      },
    });
  }
}

/** Two open channels that are joined; `link` of either is what lies between them. */
export function channelPair(options?: MockLinkOptions): [a: MockChannel, b: MockChannel] {
  const link = new MockLink(options);
  link.open();
  return [link.a, link.b];
}

function contentOf(payload: Payload): Pick<WireEntry, 'text' | 'message' | 'bytes'> {
  if (typeof payload !== 'string') return { bytes: payload.slice() };
  try {
    return { text: payload, message: JSON.parse(payload) as unknown };
  } catch {
    // Not everything that is sent is JSON.
    return { text: payload };
  }
}
