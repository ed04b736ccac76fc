// @ts-check
/**
 * Carries the descriptions that no signal brings, those of lanes, as if one had: see tests/browser/page/carried-connection.mjs.
 */
export class Unsignalled {
  /** The user names that ICE has in descriptions that signals brought. */
  #signalled = new Set();

  /** A signal, before it is changed. */
  note(signal) {
    const name = userNameOf(signal);
    if (name !== undefined) this.#signalled.add(name);
  }

  /**
   * What a connection is to be told.
   *
   * @param {{type: string, sdp: string}} description
   * @param {(signal: {type: string, sdp: object}) => any} carry As the package's signals of that side are carried; may return a promise.
   */
  async carry(description, carry) {
    const signal = { type: description.type, sdp: description };
    const name = userNameOf(signal);
    if (name !== undefined && this.#signalled.has(name)) return description;
    return (await carry(signal))?.sdp;
  }
}

/** Of the connection that a signal is about. */
export function userNameOf({ sdp, candidate = undefined }) {
  const description = typeof sdp === 'string' ? sdp : sdp?.sdp;
  if (description) return /^a=ice-ufrag:(\S+)/m.exec(description)?.[1];
  return candidate?.usernameFragment ?? / ufrag (\S+)/.exec(candidate?.candidate ?? '')?.[1];
}
