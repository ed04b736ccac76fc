import { PeerSessionError, type PeerSessionErrorCode } from '../api/errors.js';
import type { ReadFault } from '../transfers/ports.js';

/** An error as it crosses to another thread, which would keep of it only that it is one. */
export interface Failure {
  code: PeerSessionErrorCode;
  transferId: string | undefined;
  peerReason: PeerSessionErrorCode | undefined;
  peerMessage: string | undefined;
  /** In a list, since undefined is a cause, too. */
  cause: unknown[];
}

export function toFailure(error: PeerSessionError): Failure {
  const { code, transferId, peerReason, peerMessage } = error;
  return { code, transferId, peerReason, peerMessage, cause: 'cause' in error ? [error.cause] : [] };
}

export function toError({ code, cause, ...about }: Failure): PeerSessionError {
  return new PeerSessionError(code, { ...about, ...(cause.length > 0 ? { cause: cause[0] } : {}) });
}

function isReadFault(thrown: unknown): thrown is ReadFault {
  return thrown instanceof Error && typeof (thrown as Partial<ReadFault>).reason === 'string';
}

/** What was thrown, as it can cross: itself, or what it says of itself. */
export function cloneable(thrown: unknown): unknown {
  // Of an error only its words would be kept.
  if (isReadFault(thrown)) return { reason: thrown.reason, cause: cloneable(thrown.cause) };
  try {
    structuredClone(thrown);
    return thrown;
  } catch {
    return new Error(String(thrown));
  }
}
