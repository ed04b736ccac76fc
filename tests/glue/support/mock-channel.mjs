// @ts-check
import { EventLog } from './event-log.mjs';

/** Chromium's bound on what a channel holds; `send` throws beyond it. */
export const sendBufferLimit = 16 * 1024 * 1024;

/** The class's own name for it; browsers throw the same. */
const operationError = () => new DOMException('The send queue is full', 'OperationError');
const invalidState = () => new DOMException("readyState is not 'open'", 'InvalidStateError');

/**
 * One message on the wire, in the order it was handed to its side's channel, and what that still held before.
 *
 * @typedef {{from: 'a' | 'b', buffered: number, text?: string, message?: any, bytes?: Uint8Array}} WireEntry
 */

/**
 * What lies between two channels: ordered, reliable, and as slow as the test wants. With `drain: 'auto'` everything moves
 * on by itself, a step per turn of the event loop; with 'manual' only when the test calls `drain`.
 */
export class MockLink {
  /** @type {EventLog<WireEntry>} */
  log = new EventLog();
  /**
   * What the sides say of themselves, `hello` and `bye`: apart, so that a test of anything else need not speak of it.
   *
   * @type {EventLog<WireEntry>}
   */
  greetings = new EventLog();
  #auto;
  #bytesPerTurn;
  #scheduled = false;
  #faults = [];

  /** @param {{drain?: 'auto' | 'manual', bytesPerTurn?: number, maxMessageSize?: number, label?: string}} [options] */
  constructor({ drain = 'auto', bytesPerTurn = 1024 * 1024, maxMessageSize = 256 * 1024, label = '' } = {}) {
    this.#auto = drain === 'auto';
    this.#bytesPerTurn = bytesPerTurn;
    this.maxMessageSize = maxMessageSize;
    this.a = new MockChannel(this, 'a', label);
    this.b = new MockChannel(this, 'b', label);
    this.a.remote = this.b;
    this.b.remote = this.a;
  }

  /** @param {WireEntry} entry */
  record(entry) {
    const isGreeting = ['hello', 'bye'].includes(entry.message?.type);
    (isGreeting ? this.greetings : this.log).add(entry);
  }

  open() {
    this.b.becomeOpen();
    this.a.becomeOpen();
  }

  /** @param {'a' | 'b'} side */
  channel(side) {
    return side === 'a' ? this.a : this.b;
  }

  /** Moves up to that many bytes of one side onto the wire; whole messages reach the other side. */
  drain(side, bytes = Infinity) {
    this.channel(side).drain(bytes, this.#faultOf(side));
  }

  /** Alternately, until neither side has anything queued; what is sent in answer moves too. */
  drainAll() {
    while (this.a.hasQueued || this.b.hasQueued) {
      this.drain('a');
      this.drain('b');
    }
  }

  setAuto(auto) {
    this.#auto = auto;
    this.schedule();
  }

  /** When `bytes` bytes of that side have passed, the channel ends in this way, in the middle of a message if need be. */
  faultAfter(side, bytes, kind) {
    this.#faults.push({ side, left: bytes, kind });
  }

  schedule() {
    if (!this.#auto || this.#scheduled || !(this.a.hasQueued || this.b.hasQueued)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#auto) return;
      this.drain('a', this.#bytesPerTurn);
      this.drain('b', this.#bytesPerTurn);
      this.schedule();
    });
  }

  /** An orderly end, as when the other side closes: both sides hear it. */
  close() {
    this.a.end('close');
    this.b.end('close');
  }

  /** A broken connection: both sides hear an error and then the close. */
  fail() {
    this.a.end('error');
    this.b.end('error');
  }

  #faultOf(side) {
    const fault = this.#faults.find((candidate) => candidate.side === side);
    if (!fault) return undefined;
    return {
      fault,
      strike: () => {
        this.#faults = this.#faults.filter((candidate) => candidate !== fault);
        if (fault.kind === 'error') this.fail();
        else this.close();
      },
    };
  }
}

/** One end of a link, with the parts of RTCDataChannel that the package uses, as strict as a browser's. */
export class MockChannel extends EventTarget {
  readyState = 'connecting';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  /** As every channel that has the event. */
  onbufferedamountlow = null;
  binaryType = 'blob';
  ordered = true;
  /** @type {MockChannel | undefined} */
  remote;
  /** Set by a test: the next `send` throws it. */
  sendFault = undefined;
  #link;
  #side;
  #queue = [];
  #listeners = new Set();

  constructor(link, side, label) {
    super();
    this.#link = link;
    this.#side = side;
    this.label = label;
  }

  /** @override */
  addEventListener(type, listener, options) {
    this.#listeners.add(listener);
    super.addEventListener(type, listener, options);
  }

  /**
   * Node's own EventTarget comes here, too, when the signal of a listener aborts.
   *
   * @override
   */
  removeEventListener(type, listener, options) {
    this.#listeners.delete(listener);
    super.removeEventListener(type, listener, options);
  }

  get listenerCount() {
    return this.#listeners.size;
  }

  get hasQueued() {
    return this.#queue.length > 0;
  }

  get maxMessageSize() {
    return this.#link.maxMessageSize;
  }

  becomeOpen() {
    if (this.readyState !== 'connecting') return;
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
  }

  /** @param {string | ArrayBuffer | ArrayBufferView} data */
  send(data) {
    if (this.readyState !== 'open') throw invalidState();
    if (this.sendFault) {
      const fault = this.sendFault;
      this.sendFault = undefined;
      throw fault;
    }
    const payload = typeof data === 'string' ? data : copyOf(data);
    const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength;
    if (size > this.#link.maxMessageSize) throw new TypeError('message too large');
    if (this.bufferedAmount + size > sendBufferLimit) throw operationError();
    const buffered = this.bufferedAmount;
    this.bufferedAmount += size;
    this.#queue.push({ payload, left: size });
    this.#link.record({ from: this.#side, buffered, ...contentOf(payload) });
    this.#link.schedule();
  }

  drain(bytes, pending) {
    let room = bytes;
    while (this.#queue.length > 0 && (room > 0 || this.#queue[0].left === 0)) {
      const message = this.#queue[0];
      const moved = Math.min(message.left, room, pending?.fault.left ?? Infinity);
      message.left -= moved;
      room -= moved;
      if (pending) {
        pending.fault.left -= moved;
        if (pending.fault.left === 0 && message.left > 0) return pending.strike();
      }
      const before = this.bufferedAmount;
      this.bufferedAmount -= moved;
      if (message.left === 0) {
        this.#queue.shift();
        this.remote?.receive(message.payload);
      }
      if (pending?.fault.left === 0) return pending.strike();
      const threshold = this.bufferedAmountLowThreshold;
      if (before > threshold && before - moved <= threshold) this.dispatchEvent(new Event('bufferedamountlow'));
    }
  }

  receive(payload) {
    if (this.readyState !== 'open') return;
    this.dispatchEvent(new MessageEvent('message', { data: payload }));
  }

  /** What is queued still goes out; then both sides are told. */
  close() {
    if (this.readyState === 'closing' || this.readyState === 'closed') return;
    this.readyState = 'closing';
    setImmediate(() => {
      this.#link.drain(this.#side);
      this.#link.close();
    });
  }

  end(kind) {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.#queue = [];
    if (kind === 'silent') return;
    if (kind === 'error') {
      const error = Object.assign(new Error('the transport failed'), { errorDetail: 'data-channel-failure' });
      this.dispatchEvent(Object.assign(new Event('error'), { error }));
    }
    this.dispatchEvent(new Event('close'));
  }
}

function copyOf(data) {
  const view = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return view.slice().buffer;
}

function contentOf(payload) {
  if (typeof payload !== 'string') return { bytes: new Uint8Array(payload) };
  let message;
  try {
    message = JSON.parse(payload);
  } catch {
    // A scripted peer may send what is no JSON.
  }
  return { text: payload, message };
}
