import type { SignalMessage } from 'peer-session';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

type ServerMessage =
  | { readonly type: 'welcome'; readonly id: string; readonly peers: readonly string[] }
  | { readonly type: 'peer-joined' | 'peer-left'; readonly id: string }
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  | SignalMessage;

export interface SignallingHandlers {
  joined(id: string, peers: readonly string[]): void;
  peerJoined(id: string): void;
  peerLeft(id: string): void;
  signal(signal: SignalMessage): void;
  /** `reason` is empty when the server just cannot be reached. */
  offline(reason: string): void;
}

/** The way to the room: a WebSocket that comes back by itself. */
export class Signalling {
  #socket: WebSocket | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #reason = '';
  #closed = false;

  constructor(
    private readonly room: string,
    private readonly handlers: SignallingHandlers,
  ) {
    this.#connect();
    addEventListener('online', this.#connectNow);
  }

  send(signal: SignalMessage): void {
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
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#reason = '';
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      // What was under way when close() was called is of no interest any more.
      if (this.#socket === socket && typeof event.data === 'string')
        this.#handle(JSON.parse(event.data) as ServerMessage);
    });
    socket.addEventListener('close', () => {
      if (this.#closed) return;
      this.#socket = undefined;
      this.handlers.offline(this.#reason);
      this.#retry = setTimeout(() => this.#connect(), Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS));
      this.#failures += 1;
    });
  }

  #handle(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#failures = 0;
        this.handlers.joined(message.id, message.peers);
        break;
      case 'peer-joined':
        this.handlers.peerJoined(message.id);
        break;
      case 'peer-left':
        this.handlers.peerLeft(message.id);
        break;
      case 'error':
        // Said before the server closes; an unknown peer has only just left.
        if (message.code !== 'unknown-peer') this.#reason = message.message;
        break;
      case 'offer':
      case 'answer':
      case 'candidate':
        this.handlers.signal(message);
        break;
    }
  }
}
