// @ts-check
// libdatachannel lets a connection begin before it has stored the answer, and refuses the peer's certificate when the connection is
// faster. So where this side has offered, candidates of neither side are used before the answer is stored. See docs/node.md.

/** @typedef {import('../dist/transfers.js').SignalMessage} Signal */

/** Signals on their way out: the candidates of an offer stay here until it is answered. */
export class Outbox {
  /** @type {Signal[] | undefined} */
  #held;

  /** @param {(signal: Signal) => void} send */
  constructor(send) {
    this.deliver = send;
  }

  /** @param {Signal} signal */
  send(signal) {
    if (signal.type === 'candidate' && this.#held) {
      this.#held.push(signal);
      return;
    }
    const [first, ...candidates] = signal.type === 'offer' ? apart(signal) : [signal];
    if (signal.type === 'offer') this.#held = candidates;
    this.deliver(first);
  }

  /** The answer is stored. */
  release() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const signal of held) this.deliver(signal);
  }
}

/**
 * A description without the candidates in it, and those behind it, each alone; any other signal as it is.
 *
 * @param {any} signal
 * @returns {any[]}
 */
export function apart(signal) {
  const text = signal.sdp?.sdp;
  const mid = /^a=mid:(\S+)/m.exec(String(text))?.[1];
  if (typeof text !== 'string' || mid === undefined) return [signal];
  const { senderId, targetId, sdp } = signal;
  const candidates = [...text.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, candidate]) => ({
    type: 'candidate',
    senderId,
    targetId,
    candidate: { candidate, sdpMid: mid, sdpMLineIndex: 0 },
  }));
  return [
    { ...signal, sdp: { ...sdp, sdp: text.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, '') } },
    ...candidates,
  ];
}
