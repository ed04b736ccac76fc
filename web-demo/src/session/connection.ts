import {
  MemoryPartialStore,
  PeerSession,
  Transfers,
  type FileSource,
  type IceServers,
  type IncomingFile,
  type Offer,
  type OfferOptions,
  type SignalMessage,
} from 'peer-session/transfers';
import type { Local } from './model.js';
import { pauseIn } from './pause-words.js';
import type { WireLog } from './wire-log.js';

// The first retry comes at once-ish; a peer that stays away is asked for every half minute until it leaves the room.
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

// Whoever accepts a file sees how large it is; the default would be 15 MiB.
const MAX_FILE_SIZE = 1024 ** 4;

// What waits may overtake what is larger and has not begun, as `Transfers` does it over a channel of one's own.
const PULLS_AHEAD = 4 * 1024 * 1024;

/** One for all connections: what one session had of a file the next one goes on with, and what one person had, another. */
const partialStore = new MemoryPartialStore({ maxBytes: 256 * 1024 * 1024 });

export interface ConnectionHandlers {
  connected(): void;
  /** It is made anew, and what is under way goes on. */
  interrupted(): void;
  /** It is back. */
  recovered(): void;
  lost(): void;
  offered(file: IncomingFile): void;
  withdrawn(transferId: string): void;
  requested(hash: string): void;
  /** The other side has set a file aside that goes there, or wants it again. */
  paused(transferId: string, isPaused: boolean): void;
  /** By its code in docs/errors.md. */
  problem(code: string): void;
}

export interface ConnectionContext {
  readonly local: Local;
  readonly createdAt: number;
  readonly sendSignal: (signal: SignalMessage) => void;
  readonly iceServers: IceServers | undefined;
  readonly wireLog: WireLog;
  /** How the log of the wire names the channel to that peer. */
  readonly channelName: (peerName: string) => string;
}

/** One remote peer for as long as it can be reached: a session, and a new one whenever that could not recover. */
export class Connection {
  #session: PeerSession;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #left = false;

  constructor(
    readonly peerId: string,
    readonly peerName: string,
    private readonly context: ConnectionContext,
    private readonly handlers: ConnectionHandlers,
  ) {
    this.#session = this.#open();
  }

  get isConnected(): boolean {
    return this.#session.isConnected;
  }

  /** Whether there is a session that something can be offered on, now or as soon as it has recovered. */
  get hasSession(): boolean {
    return this.#session.state === 'open' || this.#session.state === 'interrupted';
  }

  offer(file: FileSource, options: OfferOptions): Offer {
    return Transfers.of(this.#session).offer(file, options);
  }

  request(hash: string): void {
    this.#session.requestFile(hash);
  }

  handleSignal(signal: SignalMessage): void {
    void this.#session.handleSignal(signal);
    // The other side began anew, and its offer ended this session or came after its end: it is for the next one.
    if (signal.type === 'offer' && this.#isOver) {
      this.#replace();
      void this.#session.handleSignal(signal);
    }
  }

  /** What was received whole may still be verified then. */
  get #isOver(): boolean {
    return !this.hasSession && this.#session.isConnectionFailed;
  }

  /** Begins anew unless it is connected, or is being connected anew: then that may need this way, and takes it by itself. */
  renew(): void {
    if (this.hasSession) return;
    this.#failures = 0;
    this.#replace();
  }

  leave(): void {
    this.#left = true;
    clearTimeout(this.#retry);
    this.#session.close();
  }

  #replace(): void {
    clearTimeout(this.#retry);
    const old = this.#session;
    this.#session = this.#open();
    // A file that is being verified arrives on the session it came on, which then ends by itself.
    if (!old.stats?.unverifiedFiles) old.close();
  }

  #open(): PeerSession {
    const { local, createdAt, sendSignal, iceServers, wireLog, channelName } = this.context;
    const channel = channelName(this.peerName);
    const handlers = this.handlers;
    const nothing = (): void => {};
    const session = new PeerSession(
      local.id,
      this.peerId,
      { createdAt },
      sendSignal,
      // What is pulled goes to whoever pulled it.
      nothing,
      nothing,
      { canReceiveFrom: () => true },
      undefined,
      (hash) => handlers.requested(hash),
      undefined,
      iceServers,
      {
        maxFileSize: MAX_FILE_SIZE,
        pullsAhead: PULLS_AHEAD,
        partialStore,
        onWireMessage(direction, message) {
          wireLog.add(direction, channel, message);
          const pause = direction === 'in' ? pauseIn(message) : undefined;
          if (pause) handlers.paused(pause.transferId, pause.isPaused);
        },
      },
    );
    const transfers = Transfers.of(session);
    transfers.addEventListener('incoming', ({ file }) => handlers.offered(file));
    transfers.addEventListener('offerwithdrawn', ({ transferId }) => handlers.withdrawn(transferId));
    transfers.addEventListener('error', ({ error }) => handlers.problem(error.code));
    let isOpened = false;
    session.addEventListener('statechange', ({ state }) => {
      if (session !== this.#session) return;
      if (state === 'interrupted') handlers.interrupted();
      if (state === 'open' && isOpened) handlers.recovered();
    });
    session.addEventListener('open', () => {
      isOpened = true;
      this.#failures = 0;
      handlers.connected();
    });
    session.addEventListener('close', () => {
      if (this.#left || session !== this.#session) return;
      this.#retryLater();
      // Which may leave for good.
      handlers.lost();
    });
    void session.start();
    return session;
  }

  #retryLater(): void {
    // Only the side that starts can; the other answers its offer.
    if (this.context.local.id >= this.peerId) return;
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#replace(), delay);
  }
}
