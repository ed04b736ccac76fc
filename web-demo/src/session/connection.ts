import { PeerSession, type IceServers, type OfferMessage, type SignalMessage } from 'peer-session';
import type { Local } from './model.js';
import { MAX_FILE_SIZE } from './model.js';
import type { WireLog } from './wire-log.js';

// The first retry comes at once-ish; a peer that stays away is asked for every half minute until it leaves the room.
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

const UNKNOWN: Failure = { code: 'unknown', message: 'The transfer failed. Try again.' };

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface ConnectionHandlers {
  connected(): void;
  lost(): void;
  offered(offer: OfferMessage): void;
  requested(hash: string): void;
  progress(direction: 'send' | 'receive', transferId: string, bytes: number): void;
  ended(direction: 'send' | 'receive', transferId: string, failure?: Failure): void;
  received(blob: Blob, name: string, hash: string): void;
  problem(text: string): void;
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

/** One remote peer for as long as it can be reached: a PeerSession, and a new one whenever the old one is lost. */
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

  offer(file: File, hash: string): string | undefined {
    return this.#session.sendImage(file, hash, false, file.name);
  }

  pull(transferId: string): void {
    this.#session.pullFile(transferId);
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
    return !this.#session.isConnected && this.#session.isConnectionFailed;
  }

  /** Begins anew unless it is connected. */
  renew(): void {
    if (this.isConnected) return;
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
    const session = new PeerSession(
      local.id,
      this.peerId,
      { createdAt },
      sendSignal,
      (blob, _peerId, _isPinned, name) => handlers.received(blob, name ?? 'image.png', hashOf(blob)),
      // The event says the same and why; this is the class's own way of saying it, kept as the net below.
      (transferId) => handlers.ended('receive', transferId, UNKNOWN),
      { canReceiveFrom: () => true },
      (type, _session, data) => {
        if (type === 'offer-file') handlers.offered(data as OfferMessage);
      },
      (hash) => handlers.requested(hash),
      undefined,
      iceServers,
      {
        maxFileSize: MAX_FILE_SIZE,
        onWireMessage: (direction, message) => wireLog.add(direction, channel, message),
      },
    );
    session.addEventListener('progress', (event) => {
      handlers.progress(event.direction, event.transferId, event.bytes);
    });
    session.addEventListener('transferend', (event) => {
      const failure = event.outcome === 'failed' ? (event.error ?? UNKNOWN) : undefined;
      handlers.ended(event.direction, event.transferId, failure);
    });
    session.addEventListener('open', () => {
      this.#failures = 0;
      handlers.connected();
    });
    session.addEventListener('error', (event) => handlers.problem(event.error.message));
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

function hashOf(blob: Blob): string {
  return (blob as Blob & { readonly fileHash?: string }).fileHash ?? '';
}
