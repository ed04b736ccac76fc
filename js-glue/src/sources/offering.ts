import type { PeerSessionError } from '../api/errors.js';
import type { SessionState } from '../api/events.js';
import type { Digest, PeerSessionOptions } from '../api/options.js';
import type { Bytes } from '../basics/bytes.js';
import type { Origin } from '../transfers/ports.js';
import type { OfferedFile } from '../transfers/uploads.js';

/** What whoever offers a file has a say in. */
export interface OfferHooks {
  /** The id that the offer is to have. */
  transferId: string;
  /** JSON that travels with it. */
  extra: string | undefined;
  /** Whether it is still wanted. */
  isWanted(): boolean;
  /** Resolves when there is a channel to offer it on, or the session is over. */
  connected(): Promise<void>;
}

/** The session that a file is offered by. */
export interface Offering {
  session: { readonly state: SessionState; readonly isConnected: boolean };
  driver: {
    /** Resolves with whether the peer takes files whose hash follows their bytes, when that is known. */
    peerKnown(): Promise<boolean>;
    /** The offer's id, or why it could not be made. */
    offer(origin: Origin, size: number, file: OfferedFile, transferId?: string): string | PeerSessionError;
  };
  options: PeerSessionOptions;
  /** Of a content in one piece. */
  hash: (content: Bytes, digest?: Digest) => Promise<string>;
  /** Tells why nothing was offered, while there is a session. */
  fail: (code: string, cause?: unknown) => void;
  hooks: OfferHooks | undefined;
}
