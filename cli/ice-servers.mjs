// @ts-check

/** New ones are asked for when less than this share of their life is left. */
const lastPart = 1 / 4;
/** How long an answer is waited for: less than a connection waits for its servers. */
const patienceMs = 3_000;

/** The newest ICE servers that the signalling server has told, whose credentials live for a while only. */
export class KeptServers {
  /** @type {RTCIceServer[] | undefined} */
  #servers;
  #renewAt = Infinity;
  /** Who waits for newer ones. @type {(() => void)[]} */
  #waiting = [];
  #ask;

  /** @param {() => void} ask Asks the server, whose answer comes to `take`, or never. */
  constructor(ask) {
    this.#ask = ask;
  }

  /** @param {any} told What came of a server, which may be of another kind. */
  take({ iceServers, iceServersLifetime }) {
    if (!Array.isArray(iceServers)) return;
    const isForAWhile = typeof iceServersLifetime === 'number';
    this.#servers = iceServers.flatMap(asNodeTakesIt);
    this.#renewAt = isForAWhile ? Date.now() + iceServersLifetime * (1 - lastPart) * 1000 : Infinity;
    for (const tell of this.#waiting.splice(0)) tell();
  }

  /** For a session; undefined: the server names none. */
  get source() {
    return this.#servers && (() => this.#newest());
  }

  /** @returns {RTCIceServer[] | Promise<RTCIceServer[]>} */
  #newest() {
    if (Date.now() < this.#renewAt) return this.#servers ?? [];
    // Many connections may ask at once.
    if (this.#waiting.length === 0) this.#ask();
    return new Promise((resolve) => {
      const answer = () => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((tell) => tell !== answer);
        resolve(this.#servers ?? []);
      };
      const timer = setTimeout(answer, patienceMs);
      this.#waiting.push(answer);
    });
  }
}

/**
 * node-datachannel writes name and password into the address, where they end at a colon, and knows no `stuns:`.
 *
 * @param {any} server
 * @returns {RTCIceServer[]}
 */
function asNodeTakesIt(server) {
  const urls = [server?.urls].flat().filter((url) => /^(?:stun|turns?):/.test(url));
  if (urls.length === 0) return [];
  const { username, credential } = server;
  if (username === undefined) return [{ urls }];
  return [{ urls, username: encodeURIComponent(username), credential: encodeURIComponent(credential) }];
}
