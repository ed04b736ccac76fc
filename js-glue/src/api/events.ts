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
 * Sending, it comes when the last byte has left the channel's buffer, or when the offer ended without being sent.
 */
export class TransferEndEvent extends Event {
  /** Whether this side sends or receives the file. */
  readonly direction: TransferDirection;
  /** The offer's id. */
  readonly transferId: string;
  /** `complete`: every byte has left the channel's buffer, or arrived and was verified. */
  readonly outcome: 'complete' | 'failed';
  /** Why, when it failed. */
  readonly error: PeerSessionError | undefined;

  constructor(direction: TransferDirection, transferId: string, error?: PeerSessionError) {
    super('transferend');
    this.direction = direction;
    this.transferId = transferId;
    this.outcome = error ? 'failed' : 'complete';
    this.error = error;
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

/** What `addEventListener` of a session takes, and what a listener gets. */
export interface PeerSessionEventMap {
  /** The channel opened. */
  open: Event;
  /** The session is over; every transfer has been settled. */
  close: Event;
  /** Bytes of a running transfer moved. */
  progress: TransferProgressEvent;
  /** A transfer is over, once for each. */
  transferend: TransferEndEvent;
  /** Something went wrong that ends no transfer. */
  error: SessionErrorEvent;
}
