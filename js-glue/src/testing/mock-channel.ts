import { callHandlers } from './handlers.js';
import type { LinkEnd, LinkSide, MockLink, PendingFault } from './mock-link.js';
import { payloadOf, received, sizeOf, type Payload } from './payload.js';
import { nextTurn } from './turn.js';

/** In bytes: Chromium's bound on what a channel holds; `send` throws beyond it. */
export const sendBufferLimit: number = 16 * 1024 * 1024;

/**
 * One end of a link: an `RTCDataChannel` as strict as a browser's. Its events are of the realm that loaded this, and so are Blobs, if
 * it is asked for them. The names of browsers mean what they mean there; the rest is for the test.
 */
export class MockChannel extends EventTarget implements RTCDataChannel {
  readyState: RTCDataChannelState = 'connecting';
  /** In bytes. It stays as it is when the channel closes. */
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  /** As Firefox begins; the standard has `arraybuffer`. Applications that care set it. */
  binaryType: BinaryType = 'blob';
  onopen: RTCDataChannel['onopen'] = null;
  onmessage: RTCDataChannel['onmessage'] = null;
  onbufferedamountlow: RTCDataChannel['onbufferedamountlow'] = null;
  onerror: RTCDataChannel['onerror'] = null;
  onclosing: RTCDataChannel['onclosing'] = null;
  onclose: RTCDataChannel['onclose'] = null;
  readonly label: string;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime: number | null;
  readonly protocol: string;
  readonly negotiated: boolean;
  id: number | null;
  /** What lies between this and the other end. */
  readonly link: MockLink;
  /** Set by a test: the next `send` throws it. */
  sendFault: Error | undefined;
  readonly #side: LinkSide;
  #queue: { payload: Payload; left: number }[] = [];
  readonly #listeners = new Set<unknown>();

  /** @internal */
  constructor(link: MockLink, side: LinkSide, label: string, init: RTCDataChannelInit) {
    super();
    this.link = link;
    this.#side = side;
    this.label = label;
    this.ordered = init.ordered ?? true;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.protocol = init.protocol ?? '';
    this.negotiated = init.negotiated ?? false;
    this.id = init.id ?? null;
    callHandlers(this, ['open', 'message', 'bufferedamountlow', 'error', 'closing', 'close']);
  }

  /** As every target's; who listens is counted. */
  override addEventListener<Type extends keyof RTCDataChannelEventMap>(
    type: Type,
    listener: (this: RTCDataChannel, event: RTCDataChannelEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    this.#listeners.add(listener);
    super.addEventListener(type, listener, options);
  }

  /** As every target's. Node's own comes here too, when the signal of a listener aborts. */
  override removeEventListener<Type extends keyof RTCDataChannelEventMap>(
    type: Type,
    listener: (this: RTCDataChannel, event: RTCDataChannelEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void {
    this.#listeners.delete(listener);
    super.removeEventListener(type, listener, options);
  }

  /** How many listeners are on it, handlers aside: a session that has closed leaves none. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** Whether anything waits for the link to move. */
  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  /** The other end. */
  get remote(): MockChannel {
    return this.link.channel(this.#side === 'a' ? 'b' : 'a');
  }

  /**
   * Queues a copy. Throws an `InvalidStateError` when the channel is not open, a `TypeError` for a message over the link's
   * `maxMessageSize`, or a Blob, and an `OperationError` when the channel would hold more than `sendBufferLimit`.
   */
  send(data: string | ArrayBuffer | ArrayBufferView | Blob): void {
    if (this.readyState !== 'open') throw new DOMException("readyState is not 'open'", 'InvalidStateError');
    if (this.sendFault) {
      const fault = this.sendFault;
      this.sendFault = undefined;
      throw fault;
    }
    const payload = payloadOf(data);
    const size = sizeOf(payload);
    if (size > this.link.maxMessageSize) throw new TypeError('message too large');
    const buffered = this.bufferedAmount;
    if (buffered + size > sendBufferLimit) throw new DOMException('The send queue is full', 'OperationError');
    this.bufferedAmount += size;
    this.#queue.push({ payload, left: size });
    this.link.record(this.#side, buffered, payload);
    this.link.schedule();
  }

  /** What is queued still goes out, in another turn of the event loop; then both sides are told. */
  close(): void {
    if (this.readyState === 'closing' || this.readyState === 'closed') return;
    this.readyState = 'closing';
    nextTurn(() => {
      this.link.drain(this.#side);
      this.link.close();
    });
  }

  /**
   * Ends this side alone, at once, in the order in which Chromium tells it: what is queued is lost. `aborted` is how it hears that the
   * other side's connection was closed; `silent` is without an event, as when its own is.
   */
  end(kind: LinkEnd | 'aborted' | 'silent'): void {
    if (this.readyState === 'closed') return;
    this.#queue = [];
    if (this.readyState !== 'closing' && kind !== 'silent') {
      this.readyState = 'closing';
      this.dispatchEvent(new Event('closing'));
    }
    this.readyState = 'closed';
    if (kind === 'silent') return;
    if (kind !== 'close') this.dispatchEvent(Object.assign(new Event('error'), { error: transportError(kind) }));
    this.dispatchEvent(new Event('close'));
  }

  /** @internal */
  becomeOpen(): void {
    if (this.readyState !== 'connecting') return;
    this.readyState = 'open';
    this.id ??= 1;
    this.dispatchEvent(new Event('open'));
  }

  /** @internal */
  drain(bytes: number, fault: PendingFault | undefined): void {
    let room = bytes;
    for (let [message] = this.#queue; message && (room > 0 || message.left === 0); [message] = this.#queue) {
      const moved = Math.min(message.left, room, fault?.left ?? Infinity);
      message.left -= moved;
      room -= moved;
      if (fault) {
        fault.left -= moved;
        if (fault.left === 0 && message.left > 0) {
          fault.strike();
          return;
        }
      }
      const before = this.bufferedAmount;
      this.bufferedAmount -= moved;
      if (message.left === 0) {
        this.#queue.shift();
        this.remote.#receive(message.payload);
      }
      if (fault?.left === 0) {
        fault.strike();
        return;
      }
      const threshold = this.bufferedAmountLowThreshold;
      if (before > threshold && before - moved <= threshold) this.dispatchEvent(new Event('bufferedamountlow'));
    }
  }

  #receive(payload: Payload): void {
    if (this.readyState !== 'open') return;
    this.dispatchEvent(new MessageEvent('message', { data: received(payload, this.binaryType) }));
  }
}

/** Cause 12 is RFC 9260's for an association that its user has ended. */
function transportError(kind: 'error' | 'aborted'): DOMException {
  return Object.assign(new DOMException('the transport failed', 'OperationError'), {
    errorDetail: kind === 'aborted' ? 'sctp-failure' : 'data-channel-failure',
    sctpCauseCode: kind === 'aborted' ? 12 : null,
  });
}
