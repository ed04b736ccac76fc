import type { IceServers } from 'peer-session/transfers';

/** What the signalling server says of ICE servers. */
export interface ServersTold {
  readonly iceServers?: RTCIceServer[];
  /** Seconds; none: for ever. */
  readonly iceServersLifetime?: number;
}

/** New ones are asked for when less than this share of their life is left. */
const LAST_PART = 1 / 4;

/** How long an answer is waited for: less than a connection waits for its servers. */
const PATIENCE_MS = 3_000;

/** The newest ICE servers that the signalling server has told, whose credentials live for a while only. */
export class KeptServers {
  #servers: RTCIceServer[] | undefined;
  #renewAt = Infinity;
  /** Who waits for newer ones. */
  #waiting: (() => void)[] = [];

  /** @param ask - Asks the server, whose answer comes to `take`, or never. */
  constructor(private readonly ask: () => void) {}

  take({ iceServers, iceServersLifetime = Infinity }: ServersTold): void {
    if (!iceServers) return;
    this.#servers = iceServers;
    this.#renewAt = Date.now() + iceServersLifetime * (1 - LAST_PART) * 1000;
    for (const tell of this.#waiting.splice(0)) tell();
  }

  /** For a session. Undefined: the server names none. */
  get source(): IceServers | undefined {
    return this.#servers && (() => this.#newest());
  }

  #newest(): RTCIceServer[] | Promise<RTCIceServer[]> {
    if (Date.now() < this.#renewAt) return this.#servers ?? [];
    // Many connections may ask at once.
    if (this.#waiting.length === 0) this.ask();
    return new Promise((resolve) => {
      const answer = (): void => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((tell) => tell !== answer);
        resolve(this.#servers ?? []);
      };
      const timer = setTimeout(answer, PATIENCE_MS);
      this.#waiting.push(answer);
    });
  }
}
