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
  refuse(code) {
    this.counters.refused(code);
    this.#write(errorOf(code));
    this.socket.close(POLICY_VIOLATION, code);
  }

  terminate() {
    this.socket.terminate();
  }

  /**
   * Signals from now on; those that come before `mayBegin` has resolved wait for it.
   *
   * @param {Promise<unknown>} mayBegin
   * @param {(signal: { targetId: string }) => boolean} deliver Says whether the target is there.
   */
  onSignal(mayBegin, deliver) {
    /** @type {(() => void)[] | undefined} */
    let waiting = [];
    void mayBegin.then(() => {
      for (const handle of waiting) handle();
      waiting = undefined;
    });
    this.socket.on('message', (data, isBinary) => {
      // Frames already read from the socket still arrive after close() was called.
      if (!this.isOpen) return;
      this.counters.messagesIn += 1;
      if (!this.bucket.take()) this.refuse('rate-limited');
      else if (waiting) waiting.push(() => this.#handle(data, isBinary, deliver));
      else this.#handle(data, isBinary, deliver);
    });
  }

  #handle(data, isBinary, deliver) {
    if (!this.isOpen) return;
    const { message, error } = parseSignal(data, isBinary);
    if (error) {
      this.#badMessages += 1;
      if (this.#badMessages > this.limits.maxBadMessages) this.refuse('too-many-errors');
      else this.sendError(error);
      return;
    }
    // Not counted as bad: a peer may leave while a candidate for it is on its way.
    if (!deliver(message)) this.sendError('unknown-peer');
  }

  #write(message) {
    this.counters.messagesOut += 1;
    this.socket.send(JSON.stringify(message));
  }
}

function errorOf(code) {
  return { type: 'error', code, message: ERROR_TEXT[code] };
}
