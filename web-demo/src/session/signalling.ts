import type { SignalMessage } from 'peer-session/transfers';
import { KEY_PREFIX, PROTOCOL } from '../../shared/signal-protocol.mjs';
import type { ServersTold } from './ice-servers.js';
import { keptKey, newKey, ownKey } from './signal-key.js';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

// What another attempt would not change.
const FINAL_REFUSALS: ReadonlySet<string> = new Set(['bad-room', 'bad-key', 'replaced']);

type ServerMessage =
  | ({ readonly type: 'welcome'; readonly id: string; readonly peers: readonly string[] } & ServersTold)
  | ({ readonly type: 'ice-servers' } & ServersTold)
  | { readonly type: 'peer-joined' | 'peer-left' | 'peer-dropped'; readonly id: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly now?: number }
  | SignalMessage;

export interface SignallingHandlers {
  /** Before `joined`, and whenever they were asked for. */
  servers(told: ServersTold): void;
  /** At first, and again whenever the connection is back: under the same id, with those who are there now. */
  joined(id: string, peers: readonly string[]): void;
  /** Someone is there, for the first time or again. */
  peerJoined(id: string): void;
  /** Someone said goodbye. */
  peerLeft(id: string): void;
  /** Someone's own connection to the server broke, which says nothing about that page. */
  peerDropped(id: string): void;
  signal(signal: SignalMessage): void;
  /** The server cannot be reached. It is tried again. */
  unreachable(): void;
  /** The server closed, with a reason. It is tried again unless that could change nothing. */
  refused(code: string, message: string): void;
}

/** The way to the room: a WebSocket that comes back by itself, as the same person. */
export class Signalling {
  #key = ownKey();
  #socket: WebSocket | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refusal: { readonly code: string; readonly message: string } | undefined;
  #closed = false;

  constructor(
    private readonly room: string,
    private readonly handlers: SignallingHandlers,
  ) {
    this.#connect();
    addEventListener('online', this.#connectNow);
  }

  /** What is sent while there is no connection is lost; whoever waits for it begins anew when there is one. */
  send(signal: SignalMessage | { readonly type: 'ice-servers' }): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(signal));
  }

  close(): void {
    this.#closed = true;
    removeEventListener('online', this.#connectNow);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  readonly #connectNow = (): void => {
    if (this.#socket === undefined) this.#connect();
  };

  #connect(): void {
    clearTimeout(this.#retry);
    const url = new URL('signal', document.baseURI);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    url.search = new URLSearchParams({ room: this.room }).toString();
    const socket = new WebSocket(url, [PROTOCOL, `${KEY_PREFIX}${this.#key}`]);
    this.#socket = socket;
    this.#refusal = undefined;
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      // What was under way when close() was called is of no interest any more.
      if (!this.#closed && typeof event.data === 'string') this.#handle(JSON.parse(event.data) as ServerMessage);
    });
    socket.addEventListener('close', () => {
      if (!this.#closed) this.#lost();
    });
  }

  #lost(): void {
    this.#socket = undefined;
    if (this.#refusal) this.handlers.refused(this.#refusal.code, this.#refusal.message);
    else this.handlers.unreachable();
    if (this.#refusal && FINAL_REFUSALS.has(this.#refusal.code)) {
      this.close();
      return;
    }
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    // Whoever lost the same server does not come back to the next one in the same moment.
    this.#retry = setTimeout(() => this.#connect(), delay * (0.5 + Math.random()));
    this.#failures += 1;
  }

  #handle(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#failures = 0;
        this.handlers.servers(message);
        this.handlers.joined(message.id, message.peers);
        break;
      case 'ice-servers':
        this.handlers.servers(message);
        break;
      case 'peer-joined':
        this.handlers.peerJoined(message.id);
        break;
      case 'peer-left':
        this.handlers.peerLeft(message.id);
        break;
      case 'peer-dropped':
        this.handlers.peerDropped(message.id);
        break;
      case 'error':
        // Said before the server closes; an unknown peer has only just left.
        if (message.code !== 'unknown-peer') this.#refusal = message;
        // The next attempt is somebody new, who goes by the server's clock.
        if (message.code === 'key-expired') this.#key = keptKey(newKey((message.now ?? Date.now() / 1000) * 1000));
        break;
      default:
        this.handlers.signal(message);
    }
  }
}
