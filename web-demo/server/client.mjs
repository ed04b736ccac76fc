import { ERROR_TEXT, parseSignal } from './protocol.mjs';
import { TokenBucket } from './token-bucket.mjs';

// RFC 6455: for a client that breaks the rules.
const POLICY_VIOLATION = 1008;

/** One client's socket: what may come from it, and what is sent to it. */
export class Client {
  #badMessages = 0;

  /**
   * @param {import('ws').WebSocket} socket
   * @param {import('./limits.mjs').Limits} limits
   * @param {ReturnType<typeof import('./counters.mjs').newCounters>} counters
   */
  constructor(socket, limits, counters) {
    this.socket = socket;
    this.limits = limits;
    this.counters = counters;
    this.bucket = new TokenBucket(limits.burstMessages, limits.messagesPerSecond);
    // ws reports a protocol error (a frame too large, say) and then closes by itself: nothing is left to do.
    socket.on('error', () => {});
  }

  get isOpen() {
    return this.socket.readyState === this.socket.OPEN;
  }

  send(message) {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > this.limits.maxBufferedBytes) {
      this.terminate();
      return;
    }
    this.#write(message);
  }

  sendError(code) {
    this.counters.refused(code);
    this.send(errorOf(code));
  }

  /** Says why, and closes. */
  refuse(code, more = {}) {
    this.counters.refused(code);
    this.#write({ ...errorOf(code), ...more });
    this.socket.close(POLICY_VIOLATION, code);
  }

  terminate() {
    this.socket.terminate();
  }

  /**
   * Messages from now on; those that come before `mayBegin` has resolved wait for it.
   *
   * @param {Promise<unknown>} mayBegin
   * @param {{ deliver: (signal: { targetId: string }) => boolean, iceServers: () => object }} room `deliver` says whether the
   *   target is there.
   */
  onMessage(mayBegin, room) {
    /** @type {(() => void)[] | undefined} */
    let waiting = [];
    void mayBegin.then(() => {
      for (const handle of waiting) handle();
      waiting = undefined;
    });
    this.socket.on('message', (/** @type {Buffer} */ data, isBinary) => {
      // Frames already read from the socket still arrive after close() was called.
      if (!this.isOpen) return;
      if (!this.bucket.take()) {
        this.counters.in.count('unread', data.length);
        this.refuse('rate-limited');
      } else if (waiting) waiting.push(() => this.#handle(data, isBinary, room));
      else this.#handle(data, isBinary, room);
    });
  }

  #handle(data, isBinary, room) {
    if (!this.isOpen) return;
    const { message, error } = parseSignal(data, isBinary);
    this.counters.in.count(message?.type ?? 'unusable', data.length);
    if (error) {
      this.#badMessages += 1;
      if (this.#badMessages > this.limits.maxBadMessages) this.refuse('too-many-errors');
      else this.sendError(error);
      return;
    }
    if (message.type === 'ice-servers') {
      this.send({ ...message, ...room.iceServers() });
      return;
    }
    // Not counted as bad: a peer may leave while a candidate for it is on its way.
    if (!room.deliver(message)) this.sendError('unknown-peer');
  }

  #write(message) {
    const text = JSON.stringify(message);
    this.counters.out.count(message.type, Buffer.byteLength(text));
    this.socket.send(text);
  }
}

function errorOf(code) {
  return { type: 'error', code, message: ERROR_TEXT[code] };
}
