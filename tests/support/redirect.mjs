// @ts-check
// What a relay changes in signals, so that the only way between two browsers leads through it.

/**
 * @typedef {{type: string, sdp?: RTCSessionDescriptionInit, candidate?: RTCIceCandidateInit}} Signal
 * @typedef {{address: string, port: number}} Endpoint
 */

// The fields of RFC 8839, section 5.1: foundation, component, transport, priority, address, port, "typ", type.
const hostCandidate = /^(candidate:\S+ 1 udp \d+ )(\d+\.\d+\.\d+\.\d+) (\d+)( typ host.*)$/i;

/** Puts a relay's port in the place of one end's, which it hides. */
export class Redirection {
  /** @type {Endpoint | undefined} The end that is hidden, once one of its candidates was seen. */
  hidden;
  #port;

  /** @param {number} port Of the relay. */
  constructor(port) {
    this.#port = port;
  }

  /**
   * The same signal with the relay's address in the place of its sender's, or undefined where nothing is left of it. Only the
   * first IPv4 UDP host candidate is passed on: the relay must be the only way.
   *
   * @template {Signal} T
   * @param {T} signal
   * @returns {T | undefined}
   */
  apply(signal) {
    if (signal.type === 'candidate') {
      const candidate = this.#redirected(signal.candidate?.candidate ?? '');
      return candidate === undefined ? undefined : { ...signal, candidate: { ...signal.candidate, candidate } };
    }
    return withDescription(signal, (text) =>
      text.replace(/^a=(candidate:.*?)(\r?\n)/gm, (_line, candidate, end) => {
        const redirected = this.#redirected(candidate);
        return redirected === undefined ? '' : `a=${redirected}${end}`;
      }),
    );
  }

  /** Of one and the same candidate, wherever it is said and however often. */
  #redirected(candidate) {
    const parts = hostCandidate.exec(candidate);
    if (!parts) return undefined;
    const [, head, address, port, tail] = parts;
    this.hidden ??= { address, port: Number(port) };
    if (address !== this.hidden.address || Number(port) !== this.hidden.port) return undefined;
    return `${head}${address} ${this.#port}${tail}`;
  }
}

/**
 * The same signal without any address; undefined for one that is nothing but an address.
 *
 * @template {Signal} T
 * @param {T} signal
 * @returns {T | undefined}
 */
export function withoutCandidates(signal) {
  if (signal.type === 'candidate') return undefined;
  return withDescription(signal, (text) => text.replace(/^a=candidate:.*\r?\n/gm, ''));
}

/** Of the package's signals, whose `sdp` is a whole description, and of those whose `sdp` is its text. */
function withDescription(signal, change) {
  const { sdp } = /** @type {{sdp?: any}} */ (signal);
  if (!sdp) return signal;
  if (typeof sdp === 'string') return { ...signal, sdp: change(sdp) };
  return { ...signal, sdp: { ...sdp, sdp: change(sdp.sdp ?? '') } };
}
