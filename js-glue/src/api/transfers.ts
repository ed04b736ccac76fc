/// <reference lib="esnext.disposable" preserve="true" />
import type { PeerSessionOptions } from './options.js';
import type { PartialStore } from './partial-store.js';
import type { PullOptions, Sink, SinkStore } from './sink.js';
import type { SendFileOptions } from './source.js';

/** Everything is optional. Sizes are bytes, times milliseconds. */
export interface TransfersOptions extends Omit<
  PeerSessionOptions,
  | 'group'
  | 'RTCPeerConnection'
  | 'rtcConfiguration'
  | 'channelLabel'
  | 'maxLanes'
  | 'maxFileSize'
  | 'maxMessageSize'
  | 'pullsAhead'
  | 'partialStore'
  | 'offerTimeout'
> {
  /** Larger files are neither announced nor received. Default: no limit; look at `size` before you pull into memory. */
  maxFileSize?: number;
  /** How long an offer may be pulled, by people who may have to be asked. Default 1 hour. */
  offerTimeout?: number;
  /** The largest message that the channel's connection takes: its `sctp.maxMessageSize`. Default 64 KiB, which all take. */
  maxMessageSize?: number;
  /**
   * Bytes that may be asked for and not have arrived before further pulls wait on this side, where what is more important, and what is
   * smaller, is asked for first. More than the path holds at a time. Default 4 MiB; 0: every pull is asked for at once.
   */
  pullsAhead?: number;
  /**
   * Where files wait that have arrived in part, so that another pull of the same content goes on with them, over this or another
   * `Transfers`. Default: one in memory for all, bounded in bytes and time. `false` or `null`: none.
   */
  partialStore?: PartialStore | false | null;
}

/** JSON that travels with an offer. */
export type Extra = Readonly<Record<string, unknown>>;

/** What `offer` may be given. */
export interface OfferOptions extends Pick<SendFileOptions, 'hash' | 'hashFirst' | 'name' | 'mime'> {
  /** Aborted, it withdraws the offer. */
  signal?: AbortSignal | null;
  /** An object of your application's, as JSON of at most 4,096 bytes: a caption, an album. */
  extra?: Extra | null;
}

/** How far a transfer is. */
export interface TransferProgress {
  /** Bytes so far: arrived, or handed to the channel. What was here from before counts. */
  bytes: number;
  /** Bytes in all. */
  size: number;
  /** Bytes a second, over the last few seconds. */
  rate: number;
  /** Milliseconds, at that rate; Infinity while nothing moves. */
  remaining: number;
}

/**
 * Where an own offer stands: `preparing` until the peer is told, which may wait for a channel, or for the file's hash; `offered`;
 * `pulled`, from the first time that the peer asks for it; then `delivered` or `failed`.
 */
export type OfferState = 'preparing' | 'offered' | 'pulled' | 'delivered' | 'failed';

/** A file that this side offers. */
export interface Offer {
  /** Says nothing, and is hard to guess. */
  readonly id: string;
  /** As the peer is told. */
  readonly name: string;
  /** Where it stands. */
  readonly state: OfferState;
  /** Resolves when the peer asks for it for the first time; rejects as `done` does when it ends before. */
  readonly pulled: Promise<void>;
  /**
   * Resolves when the peer has it, whole and verified. Rejects with a `PeerSessionError`, whose `code` says why not: `withdrawn`;
   * `aborted-by-peer`, where `peerReason` says more; `unconfirmed` when all was sent and the peer does not say that it has it. Nobody has to
   * look at it.
   */
  readonly done: Promise<void>;
  /** How far it is, at most ten times a second and once a second when nothing moves; ends with the transfer, and never throws. */
  progress(): AsyncIterableIterator<TransferProgress>;
  /** Takes it back, pulled or not: `done` rejects with `withdrawn`. Nothing when it is over, or in the channel whole. */
  withdraw(): void;
  /** `using offer = …` withdraws it at the end of the block, unless it is over. */
  [Symbol.dispose](): void;
}

/** Where an offer of the peer stands. `gone`: withdrawn, or its exchange is over. */
export type IncomingState = 'offered' | 'pulled' | 'received' | 'declined' | 'gone';

/** What a pull may be given. */
export interface IncomingPullOptions<To extends PullOptions['to'] = PullOptions['to']> {
  /**
   * Where the file goes: a `FileSystemFileHandle`, as from `showSaveFilePicker()`; a `WritableStream`; an `OpfsStore`, or whatever else
   * is a `Sink`. Left out: into memory.
   */
  to?: To;
  /** Bytes that may be here and not taken by the sink, beside what it is writing. Default 8 MiB. */
  room?: number | null;
  /** Aborted, it cancels the pull. */
  signal?: AbortSignal | null;
  /** A whole number. What has a higher one is asked for first, among those that wait. Default 0. */
  priority?: number | null;
}

/** A file that the peer offers. What it says of it was sent by the peer. */
export interface IncomingFile {
  /** The offer's. */
  readonly id: string;
  /** Data, never a path: `safeName()` makes it a file's name. At most 1,024 bytes of UTF-8. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The MIME type. At most 256 bytes. */
  readonly mime: string;
  /** Lower-case hexadecimal SHA-256 of the content; undefined until it has arrived where it follows the content. */
  readonly hash: string | undefined;
  /** What the peer's application has attached: any JSON object of at most 4,096 bytes. Undefined: nothing, or no object. */
  readonly extra: Extra | undefined;
  /** Where it stands. */
  readonly state: IncomingState;
  /**
   * Asks for it. Without `to` it comes into memory, as a `File` with a name that is safe to save under and the MIME type that the peer
   * says. While it is pulled already, that pull is returned.
   *
   * @throws TypeError for a wrong argument.
   */
  pull(options?: IncomingPullOptions<null | undefined> | null): Pull<File>;
  /** Into a file on the disk: gives its `File`. */
  pull(options: IncomingPullOptions<FileSystemFileHandle>): Pull<File>;
  /** Into a stream, which is closed when the file is whole and verified, and aborted otherwise. */
  pull(options: IncomingPullOptions<WritableStream<Uint8Array>>): Pull<undefined>;
  /** Into a sink: gives what its `finish` returns. */
  pull<T = unknown>(options: IncomingPullOptions<Sink | SinkStore>): Pull<T>;
  /** One of these. */
  pull(options?: IncomingPullOptions | null): Pull<unknown>;
  /**
   * Tells the peer that it will not be pulled: its offer ends there with `aborted-by-peer`, `peerReason` `declined`. Nothing when it is
   * pulled, or over.
   *
   * @param reason - Text for the peer's application, in `peerMessage`. Its first 256 bytes of UTF-8 go.
   * @throws TypeError for a wrong argument.
   */
  decline(reason?: string | null): void;
}

/** Where a pull stands: `waiting` until its first byte; `paused`; `done`: it has arrived, verified. */
export type PullState = 'waiting' | 'receiving' | 'paused' | 'done' | 'failed';

/**
 * A file on its way here. A promise of what comes of it: `await pull`. It rejects with a `PeerSessionError`, whose `code` says why:
 * `cancelled` when this side gave it up. Nobody has to look at it.
 */
export interface Pull<T> extends Promise<T> {
  /** What is pulled. */
  readonly file: IncomingFile;
  /** Where it stands. */
  readonly state: PullState;
  /** A whole number; may be changed while it waits. */
  priority: number;
  /** How far it is, at most ten times a second and once a second when nothing moves; ends with the transfer, and never throws. */
  progress(): AsyncIterableIterator<TransferProgress>;
  /**
   * Sets it aside: others go first, and what has arrived of it stays. A peer of another kind is not asked to stop a file that it has
   * begun, or was asked for: that one goes on.
   */
  pause(): void;
  /** It waits its turn again, and goes on at the byte it had. */
  resume(): void;
  /** Gives it up. */
  cancel(): void;
  /** `using pull = …` cancels it at the end of the block, unless it is over. */
  [Symbol.dispose](): void;
}
