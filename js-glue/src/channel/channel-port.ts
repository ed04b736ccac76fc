import type { Clock, WireTap } from '../api/options.js';
import { toBytes, type Bytes } from '../basics/bytes.js';
import { Listeners } from '../basics/listeners.js';
import { Inbox } from './inbox.js';

export interface PortEvents {
  /** The channel brings something: another turn of the event loop has begun. */
  turn(): void;
  /** The peer says something, whatever it is. */
  heard(): void;
  opened(): void;
  text(text: string): void;
  bytes(bytes: Bytes): void;
  /** Each message, before it is taken or sent; only where somebody watches. */
  watch?: WireTap | undefined;
  /** A message of which nothing can be made. */
  unusable(): void;
  /** The channel may have drained. */
  drained(): void;
  ended(failure: boolean): void;
  /** Whether the next message can be taken, text or not. */
  isReady(isText: boolean): boolean;
  /** More has come than is kept: be ready now, or it is lost. */
  hurry(): void;
}

/**
 * Where the channel's implementation has no `bufferedamountlow`, it is looked at in this time, while a wait is on. The low
 * mark, 512 KiB, lasts 50 ms at the 10 MB/s that a channel carries: this finds it before it is empty.
 */
const lookEvery = 20;

/** The data channel of a session: what it brings, in order, and what it takes. One at a time. */
export class ChannelPort {
  readonly #clock: Clock;
  readonly #events: PortEvents;
  readonly #inbox: Inbox;
  #channel: RTCDataChannel | undefined;
  #listeners: Listeners | undefined;
  #isOpen = false;
  /** It takes nothing any more. */
  #refused = false;
  #closed = false;
  #look: { handle: unknown } | undefined;

  constructor(clock: Clock, events: PortEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#inbox = new Inbox((isText) => this.#isOpen && events.isReady(isText));
  }

  /**
   * Takes the channel; a second one beside it, and one that comes too late, is closed. It counts as open when it says so, and
   * `usable` has settled or, unless it `waits` for that in any case, it has brought something.
   */
  attach(channel: RTCDataChannel, usable?: Promise<unknown>, waits = false): void {
    if (this.#channel || this.#closed) {
      closeChannel(channel);
      return;
    }
    const events = this.#events;
    const listeners = new Listeners(channel);
    this.#channel = channel;
    this.#listeners = listeners;
    channel.binaryType = 'arraybuffer';
    const open = (): void => {
      if (this.#channel === channel) this.#open();
    };
    const opens = usable ? () => void usable.then(open) : open;
    listeners.on('open', opens);
    listeners.on('message', (event) => {
      events.turn();
      if (usable && !waits && channel.readyState === 'open') open();
      events.heard();
      this.#accept((event as MessageEvent<unknown>).data);
    });
    listeners.on('bufferedamountlow', () => {
      events.turn();
      this.#stopLooking();
      events.drained();
    });
    listeners.on('error', (event) => {
      this.#end(!isOrderlyAbort(event));
    });
    listeners.on('close', () => {
      this.#end(false);
    });
    if (channel.readyState === 'open') opens();
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#channel?.readyState === 'open';
  }

  /** It was open and takes nothing any more, and its end has not come yet. */
  get isClosing(): boolean {
    return this.#isOpen && !this.isOpen;
  }

  /** Undefined where there is no channel. */
  get buffered(): number | undefined {
    return this.#channel?.bufferedAmount;
  }

  /** Hands on what was held. */
  release(): void {
    this.#inbox.release();
  }

  sendText(text: string): void {
    this.#events.watch?.('out', text);
    this.#hand((channel) => channel.send(text));
  }

  /** Returns whether the channel took them all. */
  sendBytes(messages: Iterable<Bytes>): boolean {
    return this.#hand((channel) => {
      for (const message of messages) {
        this.#events.watch?.('out', { bytes: message.length });
        channel.send(message);
      }
    });
  }

  /** False: it is as low as that already, and no event will come. */
  awaitLow(threshold: number): boolean {
    const channel = this.#channel;
    if (!channel) return true;
    channel.bufferedAmountLowThreshold = threshold;
    if (channel.bufferedAmount <= threshold) return false;
    if (!('onbufferedamountlow' in channel)) this.#lookLater(channel);
    return true;
  }

  /** The wait may be on though what it was for has been told: too late to hold any more. */
  awaitAgain(): void {
    if (this.#channel) this.awaitLow(this.#channel.bufferedAmountLowThreshold);
  }

  /** Returns whether the channel closes. */
  close(): boolean {
    const closes = this.#letGo();
    this.#closed = this.#refused = true;
    return closes;
  }

  /** The channel is lost; another may be attached. */
  detach(): void {
    if (this.#closed) return;
    this.#letGo();
    this.#channel = undefined;
    this.#isOpen = this.#refused = false;
  }

  #letGo(): boolean {
    this.#listeners?.removeAll();
    this.#stopLooking();
    this.#inbox.clear();
    return !!this.#channel && closeChannel(this.#channel);
  }

  /**
   * Whether the channel took what was sent. It refuses what it should take when it is no longer open, or broken: either way
   * nothing may follow behind the gap.
   */
  #hand(send: (channel: RTCDataChannel) => void): boolean {
    const channel = this.#channel;
    if (!channel || this.#refused) return false;
    try {
      send(channel);
      return true;
    } catch {
      this.#refused = true;
      // One that the peer closes takes nothing more, and may still bring what the peer said last: it ends with its own event.
      if (channel.readyState === 'open') this.#events.ended(true);
      return false;
    }
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
    const isText = typeof data === 'string';
    this.#queue(length, isText, () => {
      if (typeof data === 'string') {
        this.#events.watch?.('in', data);
        this.#events.text(data);
      } else if (bytes) {
        this.#events.watch?.('in', { bytes: length });
        // A view may be of memory that is used again.
        this.#events.bytes(ArrayBuffer.isView(data) ? bytes.slice() : bytes);
      } else {
        this.#events.unusable();
      }
    });
  }

  #end(failure: boolean): void {
    this.#events.turn();
    this.#queue(0, false, () => {
      this.#events.ended(failure);
    });
  }

  #queue(length: number, isText: boolean, take: () => void): void {
    if (this.#inbox.accept(length, isText, take)) return;
    if (!this.#isOpen) {
      this.#events.ended(true);
      return;
    }
    this.#events.hurry();
    if (!this.#inbox.accept(length, isText, take)) this.#events.ended(true);
  }

  #lookLater(channel: RTCDataChannel): void {
    this.#stopLooking();
    const handle = this.#clock.setTimeout(() => {
      this.#look = undefined;
      if (channel.bufferedAmount > channel.bufferedAmountLowThreshold) {
        this.#lookLater(channel);
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
function closeChannel(channel: RTCDataChannel): boolean {
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
