/** What travels between the peers through the application's own signalling. JSON-safe. */
export type SignalMessage =
  | {
      /** The sender wants to connect. */
      type: 'offer';
      /** The sender's session id. */
      senderId: string;
      /** The session id of the peer it is for. */
      targetId: string;
      /** The whole description, as in W3C WebRTC. */
      sdp: RTCSessionDescriptionInit;
    }
  | {
      /** The sender agrees. */
      type: 'answer';
      /** The sender's session id. */
      senderId: string;
      /** The session id of the peer it is for. */
      targetId: string;
      /** The whole description, as in W3C WebRTC. */
      sdp: RTCSessionDescriptionInit;
    }
  | {
      /** A way to reach the sender, found after its description was made. */
      type: 'candidate';
      /** The sender's session id. */
      senderId: string;
      /** The session id of the peer it is for. */
      targetId: string;
      /** As in W3C WebRTC. */
      candidate: RTCIceCandidateInit;
    };

/** What `handleSignal` takes: signals, and what else an application's signalling carries, which is none of its business. */
export type IncomingSignal =
  | SignalMessage
  | {
      /** Of a session of version 0.1. */
      type: 'offer' | 'answer';
      /** The sender's session id. */
      senderId: string;
      /** The session id of the peer it is for. */
      targetId: string;
      /** The text alone, RFC 8866. */
      sdp: string;
    }
  | {
      /** Ignored. */
      type: 'join' | 'leave';
      /** Ignored. */
      senderId?: string | undefined;
      /** Ignored. */
      peerId?: string | undefined;
      /** Ignored. */
      targetId?: string | undefined;
    };

/** What is known of a channel that the application brings. */
export interface AttachOptions {
  /** The largest message that its connection takes, in bytes. Default 64 KiB. */
  maxMessageSize?: number | null | undefined;
}

/** An offer as it reaches `onSessionEvent('offer-file', session, offer)`. Every field was sent by the peer. */
export interface OfferMessage {
  /** The message's type on the wire (docs/protocol.md). */
  type: 'offer-file';
  /** What `pullFile` takes. At most 256 bytes of UTF-8. */
  transferId: string;
  /** Data, never a path: use `safeName()` before it becomes a file's name. At most 1,024 bytes of UTF-8. */
  name: string;
  /** Bytes. */
  size: number;
  /** The MIME type, as the peer says. At most 256 bytes. */
  mime: string;
  /** Lower-case hexadecimal SHA-256 of the content. Empty where it follows the content, which is verified all the same: what arrives has it. */
  hash: string;
  /** Its meaning is the application's. */
  isPinned: boolean;
  /** Meaning and unit are the application's. */
  ttl?: number;
  /** JSON text that the peer's application attached; at most 4,096 bytes. */
  extra?: string;
}

/** `verified-image` and `burn` belong to the client's own vocabulary; a session never raises them. */
export type SessionEventType = 'connected' | 'sync-request' | 'inventory' | 'offer-file' | 'verified-image' | 'burn';

/** What the session wants to know of the application's network. */
export interface Network {
  /** Asked for each file that arrives; false refuses it. */
  canReceiveFrom(peerId: string): boolean;
}

/** Who this side is. */
export interface Identity {
  /** Milliseconds since the epoch; sent with each file. */
  createdAt: number;
}

/** A received file: `type` is the sender's MIME type, `fileHash` the verified SHA-256. */
export type ReceivedBlob = Blob & {
  /** Lower-case hexadecimal SHA-256, verified. */
  fileHash: string;
};

/** Called once for each file that arrived whole and verified. */
export type OnImage = (
  blob: Blob,
  peerId: string,
  isPinned?: boolean,
  name?: string,
  ttl?: number,
  originalSenderId?: string,
) => unknown;

/** What a session holds at the moment, for leak checks and diagnostics. */
export interface SessionStats {
  /** Offers that nobody has pulled yet. */
  pendingOffers: number;
  /** Files the peer has pulled and that are not wholly sent. */
  queuedUploads: number;
  /** Pulls the peer has not answered yet. */
  waitingPulls: number;
  /** Received files that are being hashed. */
  unverifiedFiles: number;
  /** Sent files that the peer has not confirmed yet, and pulled ones that wait for the connection. */
  unconfirmedUploads: number;
  /** Bytes of text that wait for room in the channel. */
  outboxBytes: number;
  /** Messages of the peer that were passed over. */
  ignoredMessages: number;
  /** Bytes of the peer that belonged to no transfer. */
  droppedBytes: number;
  /** Open beside the first channel, those of the peer included. */
  lanes: number;
}
