import type { Keyed } from '../util/collection.js';

/** The limit of the class this package replaces; both sides of the demo state and enforce it. */
export const MAX_FILE_SIZE = 15 * 1024 * 1024;

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

export type PeerState = 'connecting' | 'connected' | 'lost';

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
}

export interface Offer extends Keyed {
  readonly side: string;
  readonly localId: string;
  readonly peerId: string;
  readonly from: string;
  readonly transferId: string;
  readonly name: string;
  readonly size: number;
  readonly mime: string;
  readonly hash: string;
  readonly state: 'waiting' | 'accepted' | 'expired';
  readonly expiresAt: number;
}

export interface Transfer extends Keyed {
  readonly direction: 'send' | 'receive';
  readonly side: string;
  readonly peerName: string;
  readonly transferId: string;
  readonly name: string;
  readonly hash: string;
  readonly size: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** `asked`: it is taken as soon as anyone offers that content. */
  readonly state: 'asked' | 'waiting' | 'running' | 'complete' | 'failed';
  readonly reason: string;
}

/** A content under its name. Of one content there may be several. */
export interface ReceivedFile extends Keyed {
  readonly blob: Blob;
  readonly name: string;
  readonly hash: string;
  readonly from: string;
}

export interface Problem extends Keyed {
  readonly text: string;
}
