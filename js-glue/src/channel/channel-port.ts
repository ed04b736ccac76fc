import { toBytes } from '../bytes.js';
import { Listeners } from '../listeners.js';
import type { Clock } from '../options.js';
import { Inbox } from './inbox.js';

export interface PortEvents {
  /** The channel brings something: another turn of the event loop has begun. */
  turn(): void;
  /** The peer says something, whatever it is. */
  heard(): void;
  opened(): void;
  text(text: string): void;
  bytes(bytes: Uint8Array<ArrayBuffer>): void;
  /** A message of which nothing can be made. */
  unusable(): void;
  /** The channel may have drained. */
  drained(): void;
  ended(failure: boolean): void;
  /** Whether the next message can be taken. */
  isReady(): boolean;
  /** More has come than is kept: be ready now, or it is lost. */
  hurry(): void;
}

/**
 * Where the channel's implementation has no `bufferedamountlow`, it is looked at in this time, while a wait is on. The low
 * mark, 512 KiB, lasts 50 ms at the 10 MB/s that a channel carries: this finds it before it is empty.
 */
const lookEvery = 20;

/** The data channel as the session uses it: what it brings, in order, and what it takes. */
export class ChannelPort {
  readonly channel: RTCDataChannel;
  readonly #clock: Clock;
  readonly #events: PortEvents;
  readonly #listeners: Listeners;
  readonly #inbox: Inbox;
  #isOpen = false;
  #refused = false;
  #look: { handle: unknown } | undefined;

  constructor(channel: RTCDataChannel, clock: Clock, events: PortEvents) {
    this.channel = channel;
    this.#clock = clock;
    this.#events = events;
    this.#inbox = new Inbox(() => this.#isOpen && events.isReady());
    this.#listeners = new Listeners(channel);
    channel.binaryType = 'arraybuffer';
    this.#listeners.on('open', () => {
      this.#open();
    });
    this.#listeners.on('message', (event) => {
      events.turn();
      events.heard();
      this.#accept((event as MessageEvent<unknown>).data);
    });
    this.#listeners.on('bufferedamountlow', () => {
      events.turn();
      this.#stopLooking();
      events.drained();
    });
    this.#listeners.on('error', (event) => {
      this.#end(!isOrderlyAbort(event));
    });
    this.#listeners.on('close', () => {
      this.#end(false);
    });
  }

  /** To be called once it is in its place: the channel may be open already. */
  begin(): void {
    if (this.channel.readyState === 'open') this.#open();
  }

  /** Hands on what was held. */
  release(): void {
    this.#inbox.release();
  }

  /**
   * Whether the channel took what was sent. It refuses what it should take when it is no longer open, or broken: either way
   * the session is over, and nothing may follow behind the gap.
   */
  hand(send: (channel: RTCDataChannel) => void): boolean {
    if (this.#refused) return false;
    try {
      send(this.channel);
      return true;
    } catch {
      this.#refused = true;
      this.#events.ended(this.channel.readyState === 'open');
      return false;
    }
  }

  /** False: it is as low as that already, and no event will come. */
  awaitLow(threshold: number): boolean {
    this.channel.bufferedAmountLowThreshold = threshold;
    if (this.channel.bufferedAmount <= threshold) return false;
    if (!('onbufferedamountlow' in this.channel)) this.#lookLater();
    return true;
  }

  /** The wait may be on though what it was for has been told: too late to hold any more. */
  awaitAgain(): void {
    this.awaitLow(this.channel.bufferedAmountLowThreshold);
  }

  /** Returns whether the channel closes. */
  close(): boolean {
    this.#listeners.removeAll();
    this.#stopLooking();
    this.#inbox.clear();
    return closeChannel(this.channel);
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#events.turn();
    this.#isOpen = true;
    this.#events.opened();
    this.#inbox.release();
  }

  #accept(data: unknown): void {
    const bytes = typeof data === 'string' ? undefined : toBytes(data);
    const length = typeof data === 'string' ? data.length : (bytes?.length ?? 0);
    this.#queue(length, () => {
      if (typeof data === 'string') this.#events.text(data);
      // A view may be of memory that is used again.
      else if (bytes) this.#events.bytes(ArrayBuffer.isView(data) ? bytes.slice() : bytes);
      else this.#events.unusable();
    });
  }

  #end(failure: boolean): void {
    this.#events.turn();
    this.#queue(0, () => {
      this.#events.ended(failure);
    });
  }

  #queue(length: number, take: () => void): void {
    if (this.#inbox.accept(length, take)) return;
    if (!this.#isOpen) {
      this.#events.ended(true);
      return;
    }
    this.#events.hurry();
    if (!this.#inbox.accept(length, take)) this.#events.ended(true);
  }

  #lookLater(): void {
    this.#stopLooking();
    const handle = this.#clock.setTimeout(() => {
      this.#look = undefined;
      if (this.channel.bufferedAmount > this.channel.bufferedAmountLowThreshold) {
        this.#lookLater();
        return;
      }
      this.#events.turn();
      this.#events.drained();
    }, lookEvery);
    this.#look = { handle };
  }

  #stopLooking(): void {
    if (!this.#look) return;
    const { handle } = this.#look;
    this.#look = undefined;
    try {
      this.#clock.clearTimeout(handle);
    } catch {
      // Then it looks once more, at a channel that is left alone.
    }
  }
}

/** Returns whether it closes: one that throws ends with its connection. */
export function closeChannel(channel: RTCDataChannel): boolean {
  try {
    channel.close();
    return true;
  } catch {
    return false;
  }
}

/** A peer that closes its connection aborts the SCTP association on purpose (cause 12, RFC 9260, section 3.3.10.12). */
function isOrderlyAbort(event: Event): boolean {
  return (event as Partial<RTCErrorEvent>).error?.sctpCauseCode === 12;
}
