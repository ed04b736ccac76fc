import type { PeerSessionError } from './errors.js';

/** Seen from this side. */
export type TransferDirection = 'send' | 'receive';

/**
 * `progress`: bytes moved. Sending counts bytes handed to the channel, which holds at most one window of them back;
 * receiving counts bytes that arrived.
 */
export class TransferProgressEvent extends Event {
  /** Whether this side sends or receives the file. */
  readonly direction: TransferDirection;
  /** The offer's id. */
  readonly transferId: string;
  /** Bytes so far. */
  readonly bytes: number;
  /** Bytes in all. */
  readonly size: number;

  constructor(direction: TransferDirection, transferId: string, bytes: number, size: number) {
    super('progress');
    this.direction = direction;
    this.transferId = transferId;
    this.bytes = bytes;
    this.size = size;
  }
}

/**
 * `transferend`: a transfer is over, once for each. Receiving, it comes just before `onImage` or `onTransferError`.
 * Sending, it comes when the peer has confirmed the file; with a peer that does not confirm, when the last byte has left the
 * channel's buffer; or when the offer ended without being sent.
 */
export class TransferEndEvent extends Event {
  /** Whether this side sends or receives the file. */
  readonly direction: TransferDirection;
  /** The offer's id. */
  readonly transferId: string;
  /** `complete`: it was sent (`receipt` says more), or it has arrived and was verified. */
  readonly outcome: 'complete' | 'failed';
  /** Why, when it failed. */
  readonly error: PeerSessionError | undefined;
  /**
   * What is known of a file that was sent: `delivered`, the peer has it, whole and verified; `sent`, it has left the channel's
   * buffer, and the peer is none that confirms, or has not done so in time. Undefined when it failed, and for received files.
   */
  readonly receipt: 'sent' | 'delivered' | undefined;

  constructor(
    direction: TransferDirection,
    transferId: string,
    error?: PeerSessionError,
    receipt?: 'sent' | 'delivered',
  ) {
    super('transferend');
    this.direction = direction;
    this.transferId = transferId;
    this.outcome = error ? 'failed' : 'complete';
    this.error = error;
    this.receipt = error ? undefined : receipt;
  }
}

/** `error`: something was set aside or went wrong that ends no transfer by itself. Listening is optional. */
export class SessionErrorEvent extends Event {
  /** What happened; docs/errors.md says what to do about each code. */
  readonly error: PeerSessionError;

  constructor(error: PeerSessionError) {
    super('error');
    this.error = error;
  }
}

/**
 * Where the session stands: `connecting` until the channel is open; `open`; `interrupted` while the connection is lost and the
 * session makes another one; `closed` once no message can come or go any more. Received files may still be verified then, until
 * `close` is told.
 */
export type SessionState = 'connecting' | 'open' | 'interrupted' | 'closed';

/** `statechange`: the session's `state` is another one. */
export class StateChangeEvent extends Event {
  /** The new one. */
  readonly state: SessionState;

  constructor(state: SessionState) {
    super('statechange');
    this.state = state;
  }
}

/** `offerwithdrawn`: the peer has taken an offer back, which cannot be pulled any more. */
export class OfferWithdrawnEvent extends Event {
  /** The offer's id. */
  readonly transferId: string;

  constructor(transferId: string) {
    super('offerwithdrawn');
    this.transferId = transferId;
  }
}

/** What a peer has said of a file that has arrived. */
export interface ReceivedFile {
  /** The offer's id. */
  transferId: string;
  /** Data, never a path: use `safeName()` before it becomes a file's name. */
  name: string;
  /** Bytes. */
  size: number;
  /** The MIME type, as the peer says. */
  mime: string;
  /** Lower-case hexadecimal SHA-256, verified. */
  hash: string;
  /** Its meaning is the application's. */
  isPinned: boolean;
  /** Meaning and unit are the application's. */
  ttl?: number | undefined;
  /** Whose file it is, as the peer says; checked by sessions that sign. */
  originalSenderId?: string | undefined;
}

/** `received`: a file that was pulled into a sink is there, whole and verified, and its sink has finished. It comes just after `transferend`. */
export class ReceivedEvent extends Event {
  /** The file. */
  readonly file: ReceivedFile;
  /** What `finish()` of the sink has returned; of a `FileSystemFileHandle` its `File`. */
  readonly result: unknown;

  constructor(file: ReceivedFile, result: unknown) {
    super('received');
    this.file = file;
    this.result = result;
  }
}

/** What `addEventListener` of a session takes, and what a listener gets. */
export interface PeerSessionEventMap {
  /** The channel opened. */
  open: Event;
  /** The session is over; every transfer has been settled. */
  close: Event;
  /** The connection was made, lost, made again, or is over. */
  statechange: StateChangeEvent;
  /** The peer has taken an offer back. */
  offerwithdrawn: OfferWithdrawnEvent;
  /** Bytes of a running transfer moved. */
  progress: TransferProgressEvent;
  /** A transfer is over, once for each. */
  transferend: TransferEndEvent;
  /** A file that was pulled into a sink is there. */
  received: ReceivedEvent;
  /** Something went wrong that ends no transfer. */
  error: SessionErrorEvent;
}
