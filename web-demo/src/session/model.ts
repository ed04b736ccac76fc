import type { Keyed } from '../util/collection.js';

// The wire's own rule: a sender forgets an offer after five minutes.
export const OFFER_LIFETIME_MS = 5 * 60 * 1000;

/** One side of the conversation: this tab, or one of the two sides of the loopback page. */
export interface Local {
  /** As the others know it; in a room the server says so. */
  readonly id: string;
  /** As this page knows it, in whatever room it is: what it shares and has received stays when it moves. */
  readonly side: string;
  readonly name: string;
}

/** `interrupted`: the session makes its connection anew, and goes on. `lost`: it is over, and another one is tried. */
export type PeerState = 'connecting' | 'connected' | 'interrupted' | 'lost';

export interface Peer extends Keyed {
  readonly localId: string;
  readonly peerId: string;
  readonly name: string;
  readonly state: PeerState;
  /** False while only the connection to that page is left. */
  readonly isInRoom: boolean;
}

/** A file under its name. Of one content there may be several. */
export interface SharedFile extends Keyed {
  readonly side: string;
  readonly file: File;
  readonly hash: string;
  /** Where it lies in the folder that was shared, its own name last. */
  readonly path?: string | undefined;
  /** The ids of those who are offered it; undefined: whoever is here, or comes. */
  readonly to: ReadonlySet<string> | undefined;
}

export interface Offer extends Keyed {
  readonly side: string;
  readonly localId: string;
  readonly peerId: string;
  readonly from: string;
  readonly transferId: string;
  readonly name: string;
  /** As `SharedFile.path`. */
  readonly path?: string | undefined;
  readonly size: number;
  readonly mime: string;
  /** Empty until the file is here, where the peer says it behind the content. */
  readonly hash: string;
  readonly state: 'waiting' | 'accepted' | 'expired';
  readonly expiresAt: number;
}

/** Who has done it: this side, or the other. */
export type Party = 'me' | 'peer';

/** How a transfer ended that has not arrived. */
export interface Failure {
  readonly state: 'failed' | 'cancelled' | 'declined';
  /** Whose will it was; undefined where it was nobody's. */
  readonly by?: Party;
  /** Stable, of docs/errors.md. */
  readonly code: string;
  /** For people, in English. */
  readonly message: string;
}

export interface Transfer extends Keyed {
  readonly direction: 'send' | 'receive';
  readonly side: string;
  readonly peerId: string;
  readonly peerName: string;
  readonly transferId: string;
  readonly name: string;
  readonly path?: string | undefined;
  readonly hash: string;
  readonly size: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /**
   * `asked`: it begins as soon as it is offered, or accepted, again. `declined`: the other side does not want it. Whoever has done it
   * is `by`.
   */
  readonly state: 'asked' | 'waiting' | 'running' | 'paused' | 'complete' | Failure['state'];
  readonly by: Party | undefined;
  /** Why it failed. */
  readonly code: string;
  readonly reason: string;
}

/** A content under its name. Of one content there may be several. */
export interface ReceivedFile extends Keyed {
  readonly blob: Blob;
  readonly name: string;
  /** As `SharedFile.path`. */
  readonly path?: string | undefined;
  readonly hash: string;
  readonly from: string;
}

export interface Problem extends Keyed {
  readonly text: string;
}
