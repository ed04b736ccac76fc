import { sharedClass } from './shared-class.js';

/**
 * Why something did not happen. The codes are stable: branch on `code`, show `message`.
 *
 * @see docs/errors.md for each code's cause and remedy.
 */
export type PeerSessionErrorCode = keyof typeof messages;

const messages = {
  // The session.
  closed: 'The session was closed before the transfer was complete. Start a new session to try again.',
  'channel-error': 'The connection failed before the transfer was complete. Start a new session to try again.',
  'not-open': 'The channel is not open yet. Wait for the "open" event, then pull or send again.',
  'connect-timeout':
    'The peers did not connect in time. Check that both exchange all their signals, then start a new session to try again.',
  'peer-replaced':
    'The peer offers a new connection under the same ids, as a page does that was reloaded. Start a new session for it.',
  'signal-failed': 'A signalling message could not be applied. Check that both peers exchange all their signals.',
  'send-signal-failed':
    'The sendSignal callback threw, and the peers cannot connect without that message. See `cause`.',
  'connection-failed': 'The peer connection could not be set up. See `cause`, then start a new session to try again.',
  'ice-servers-failed':
    'Your `iceServers` function named no servers, and the connection is made without new ones. See `cause`.',
  'turn-unauthorized': 'A TURN server refused the credentials. Check that they have not expired; see `cause`.',
  'webrtc-unavailable':
    'There is no RTCPeerConnection here. In Node, pass one with the option `RTCPeerConnection`; on a server, create sessions in the browser only.',
  'webassembly-unavailable':
    "The engine cannot run here. Let a content security policy allow 'wasm-unsafe-eval', and see `cause`.",
  'not-loaded': 'The engine is not loaded. Call `await load()` before creating a session.',
  'load-failed': 'The engine could not be loaded. Check the address of engine.wasm, or pass `wasm` to load().',
  'engine-failed': 'The engine stopped on an internal fault. The session is closed; please report this.',
  'callback-failed': 'A callback threw. The session goes on. See `cause`.',
  // A pull or an incoming transfer.
  'pull-timeout': 'The peer did not answer. It may no longer have the file; ask for a new offer.',
  stalled: 'The transfer brought no data for too long. Pull a new offer to try again.',
  'too-slow': 'The transfer exceeded its time limit. Raise `transferTimeout` to accept it.',
  interrupted: 'The peer began another file before this one was complete. Pull a new offer to try again.',
  'too-large': 'The file is larger than this side accepts. Raise `maxFileSize` to accept it.',
  refused: 'This side does not receive from that peer now. Return true from `canReceiveFrom` to accept it.',
  'invalid-metadata': 'The peer described the file in a way that cannot be used. Pull a new offer to try again.',
  'offer-mismatch':
    'The peer sent another file than it had offered, which was discarded. Pull a new offer, best of another peer.',
  'too-many-bytes': 'The peer sent more bytes than it announced. Pull a new offer to try again.',
  'hash-mismatch': 'The content does not match its hash and was discarded. Pull a new offer, best of another peer.',
  'hash-failed': 'The content could not be hashed on this side. Pull a new offer to try again.',
  'out-of-memory': 'There is not enough memory to receive the file. Pull fewer at once.',
  'store-failed': 'The sink of the file failed, is full, or took nothing for too long. See `cause`.',
  'receiver-overloaded': 'Too many received files are waiting to be verified. Pull fewer at once.',
  'aborted-by-peer': 'The peer ended the transfer. See `peerReason`; ask for a new offer if the file is still wanted.',
  declined: 'The peer does not want the file. See `peerMessage`.',
  cancelled: 'The pull was given up by `cancelPull`. Pull a new offer if the file is wanted again.',
  'too-many-pulls': 'Too many files have been pulled and not arrived. Wait for some of them.',
  // An offer or an outgoing transfer.
  'offer-expired': 'Nobody pulled the offer in time. Offer the file again if it is still wanted.',
  'offer-evicted': 'The offer made room for newer ones. Offer fewer files at once.',
  withdrawn: 'The offer was taken back by `withdraw`. Offer the file again if it is wanted.',
  unreadable: 'The file could not be read. It may have been moved or changed since it was chosen; choose it again.',
  'read-timeout': 'Reading the file took too long. Choose it again.',
  'file-changed': 'The file has changed. Offer it again.',
  'wrong-size': 'The stream brought more or fewer bytes than its `size`. Check it.',
  'not-resumable': 'A stream can be read only once. Offer a new one.',
  'hash-required': 'The peer takes a stream only with its hash. See docs/errors.md.',
  'message-too-long': 'The message is longer than the peer accepts. Shorten the name or send fewer hashes at once.',
  'invalid-hash':
    'What should be a SHA-256 is none, and nothing was sent for it. Check that it is 64 hexadecimal digits.',
  'sign-failed': 'The file could not be signed and goes out without a signature. See `cause`.',
  'channel-full': 'The peer has stopped reading and nothing more can be queued. Try again later.',
  unconfirmed: 'The file has left, and the peer has not confirmed that it has it. Ask the peer, or offer it again.',
  // What a peer sent and this side set aside.
  'malformed-message':
    'The peer sent a message that is not part of the protocol. It was ignored; nothing needs to be done.',
  'unrequested-transfer': 'The peer sent a file that was not asked for. It was discarded; nothing needs to be done.',
  'over-budget': 'The peer sends messages faster than is sensible. Some were ignored. Close the session if it goes on.',
} as const;

/** Marks an error of any copy and version of the package, in any realm. */
const mark = Symbol.for('peer-session.PeerSessionError');

class AnyPeerSessionError extends Error {
  static {
    Object.defineProperty(this.prototype, mark, { value: true });
  }

  /** By the mark: an error of another copy of the package, or of another realm, is one too. @internal */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== AnyPeerSessionError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && mark in value;
  }

  /** Always `PeerSessionError`. */
  override readonly name = 'PeerSessionError';
  /** Stable: branch on it. */
  readonly code: PeerSessionErrorCode;
  /** The transfer it concerns, when it concerns one. */
  readonly transferId: string | undefined;
  /** With `aborted-by-peer`: the code that the peer gave for it, when that is one of these. */
  readonly peerReason: PeerSessionErrorCode | undefined;
  /** With `aborted-by-peer`: what the peer's application says of it. Text of a stranger, at most 256 bytes of UTF-8. */
  readonly peerMessage: string | undefined;

  constructor(
    code: PeerSessionErrorCode,
    options: {
      cause?: unknown;
      transferId?: string | undefined;
      peerReason?: PeerSessionErrorCode | undefined;
      peerMessage?: string | undefined;
    } = {},
  ) {
    super(messages[code], 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.transferId = options.transferId;
    this.peerReason = options.peerReason;
    this.peerMessage = options.peerMessage;
  }
}

/**
 * Every failure this package reports or throws, apart from the `TypeError` of a wrong argument. One class in all entries.
 *
 * @class
 */
export const PeerSessionError = sharedClass('PeerSessionError', AnyPeerSessionError);
/** @ignore */
export type PeerSessionError = AnyPeerSessionError;

/** The engine speaks in codes; one this version of the glue does not know is a fault of the build, not of the user. */
export function isErrorCode(code: string): code is PeerSessionErrorCode {
  return Object.hasOwn(messages, code);
}

/** `fault` is what was thrown, where something was; an empty `peerReason` or `peerDetail` is none. @internal */
export function errorFromEngine(
  code: string,
  {
    transferId,
    fault,
    peerReason = '',
    peerDetail,
  }: { transferId?: string; fault?: unknown; peerReason?: string; peerDetail?: string } = {},
): PeerSessionError {
  return new PeerSessionError(isErrorCode(code) ? code : 'engine-failed', {
    transferId,
    peerReason: isErrorCode(peerReason) ? peerReason : undefined,
    peerMessage: peerDetail || undefined,
    ...(fault === undefined ? {} : { cause: fault }),
  });
}
