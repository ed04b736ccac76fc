import type { PartialStore } from './partial-store.js';
import type { LogOptions } from './logger.js';

/** The time a session lives by. Replace it to run a session on a virtual clock. */
export interface Clock {
  /** Milliseconds on a clock that never goes backwards. */
  now(): number;
  /** Calls back once, no earlier than after that time; returns what `clearTimeout` takes. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  /** Nothing for one that has called back. */
  clearTimeout(handle: unknown): void;
}

/** One message on the channel, for debugging: text whole, binary by its length. */
export type WireTap = (direction: 'in' | 'out', message: string | { bytes: number }) => void;

/**
 * SHA-256 of a received file. The content must be as it was when the promise settles. It is a `Uint8Array<ArrayBuffer>`, in
 * words that TypeScript before 5.7 knows too.
 */
export type Digest = (content: ReturnType<Uint8Array['slice']>) => Promise<ArrayBuffer>;

/**
 * Servers that tell a page its own address (STUN) or relay what it sends (TURN); or a function that returns them, at once or as a promise.
 * It is called for each connection that is made, also for one in the place of one that is lost, and before ICE is restarted: answer with
 * what has enough of its life left. What throws, rejects, is no array of objects or takes longer than 5 s is an `error` event,
 * `ice-servers-failed`, and the attempt goes on with what was answered last, or without servers.
 */
export type IceServers = RTCIceServer[] | (() => RTCIceServer[] | PromiseLike<RTCIceServer[]>);

/** Everything is optional; the defaults are the protocol's. Sizes are bytes, times milliseconds. */
export interface PeerSessionOptions extends LogOptions {
  /** Larger files are neither announced nor received. Default 15 MiB. */
  maxFileSize?: number;
  /** Offers kept for the peer to pull; beyond, the oldest makes room. Default 131,072. */
  maxPendingOffers?: number;
  /** Files that may be pulled and not arrived. Default 65,536. */
  maxPendingPulls?: number;
  /**
   * Until the channel opens: from `start()` or the first signal, and anew from the peer's first description. Default 30 s.
   */
  connectTimeout?: number;
  /** How long an offer may be pulled. Default 5 minutes. */
  offerTimeout?: number;
  /** The peer's silence after a pull. Default 15 s. */
  pullTimeout?: number;
  /** A running transfer without a byte. Default 30 s. */
  stallTimeout?: number;
  /** One read of an offered file, one signature, or the opening of a sink. Default 10 s: the peer waits for no more than 15. */
  readTimeout?: number;
  /** One hash of a received file. Default 30 s. */
  verifyTimeout?: number;
  /** A running incoming transfer as a whole. Default 1 hour. */
  transferTimeout?: number;
  /**
   * How long a lost connection may be made anew, to a peer of this kind, before the session ends. Default 1 minute; 0: the session
   * ends with its connection, as towards all other peers.
   */
  recoveryTimeout?: number;
  /**
   * Where files wait that have arrived in part, so that another transfer goes on with them. Default: one {@link MemoryPartialStore} for
   * all sessions of a group. `false` or `null`: none.
   */
  partialStore?: PartialStore | false | null;
  /** Largest binary message. Default 256 KiB; never more than the connection allows, and less on a slow path. */
  maxMessageSize?: number;
  /** The channel is filled up to here at the most, and to what it sends in 300 ms. Default 1 MiB, at most 8 MiB. */
  highWaterMark?: number;
  /** The channel is filled again from here, or from the same share of less. Default 512 KiB. */
  lowWaterMark?: number;
  /** One read of a file. Default 4 MiB. */
  blockSize?: number;
  /** Read ahead of the channel, over all files. Default 8 MiB. */
  readAhead?: number;
  /**
   * How many further connections to the peer may be opened for files of this side, each with a channel of its own, where packets
   * are lost and not the link is what holds a file up; 0: none, and none of the peer's is taken. At most 8. Default 7.
   */
  maxLanes?: number;
  /**
   * Bytes that may be asked for and not have arrived before further pulls wait on this side, where what is more important, and what is
   * smaller, is asked for first. Default 0: every pull is asked for at once, and the peer sends in that order.
   */
  pullsAhead?: number;
  /**
   * What the sessions of one application share, so that it hears of each content once (docs/protocol.md, "Groups"). Only the
   * object's identity counts, and it is held weakly; its sessions have one `clock`. Default: the `network` object. `false` or
   * `null`: every offer is announced, and everything is sent.
   */
  group?: object | false | null;
  /** The data channel's label. Default `peer-session`. */
  channelLabel?: string;
  /** Sees every message of the channel. */
  onWireMessage?: WireTap;
  /** Where the platform has none of its own, as in Node. `false`: the session makes none, and `attach` brings its channels. */
  RTCPeerConnection?: typeof RTCPeerConnection | false;
  /**
   * What else each connection is made with: `iceTransportPolicy`, `certificates`, … Not `iceServers`, which is an argument of its own.
   */
  rtcConfiguration?: Omit<RTCConfiguration, 'iceServers'>;
  /** Default: `performance.now()` and the platform's timers. */
  clock?: Clock;
  /**
   * Hashes received files in place of `crypto.subtle`, which in Chromium keeps the main thread busy: 1.3 ms for each MB. In
   * `peer-session/worker` it does not, and this one is still asked in the page. A rejection fails the transfer with `hash-failed`.
   */
  digest?: Digest;
}

/** `performance.now()` goes on while the wall clock is set back and forth. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (handle) => {
    clearTimeout(handle as number);
  },
};
