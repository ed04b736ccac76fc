import type { Bytes } from '../basics/bytes.js';
import type { Signature } from '../engine/engine-module.js';
import type { FileDescription } from '../engine/file-description.js';

/** An offered file as it is read: once, from a position to its end. Positions count from the beginning of the file. */
export interface Source {
  /**
   * Resolves with how far all has been read: to `end`, or less far where the rest takes its time, but further than before. Maybe some
   * beyond has been read, too. Rejects when it cannot be; with a `ReadFault` where it is known why.
   */
  readTo(end: number): Promise<number>;
  /** The next bytes. Only what was read may be taken. */
  take(length: number): Bytes;
  /** Lets go of what the platform holds for this file. Throws nothing. */
  cancel(): void;
}

/** Why a file cannot be read, as one of the engine's reasons, and what was thrown for it. */
export interface ReadFault {
  reason: string;
  cause?: unknown;
}

/** What an origin is made of, so that it can be made anew elsewhere, as in a Worker. */
export type OriginParts =
  | { blob: Blob }
  | {
      /** It may change, as a file on a disk. */
      file: Blob;
      handle: FileSystemFileHandle | undefined;
      isHashed: boolean;
    }
  | { stream: ReadableStream<unknown>; isHashed: boolean };

/** A file that is offered, and read each time the peer pulls it. */
export interface Origin {
  /** Undefined where it cannot be made anew. */
  readonly parts?: OriginParts | undefined;
  open(start: number): Source;
  /** It can be opened once, at its beginning. */
  readonly once?: boolean;
  /** Of a file that was offered without a hash: its SHA-256, after all of it was taken; empty when it cannot be computed. */
  digest?(): Promise<string>;
  /** The offer is over. Throws nothing. */
  release?(): void;
}

/** Where a pulled file is kept while it arrives. */
export interface Store {
  /** Takes over the chunk. Throws where there is no room for it. */
  put(chunk: Bytes, offset: number): void;
  /** All of it. Rejects when it cannot be read. */
  content(): Bytes | Promise<Bytes>;
  /** Undefined where it is not worth keeping: it is here anyway. */
  first(length: number): Bytes | undefined;
}

/** What is here of a content before its transfer begins. */
export interface Found {
  /** Bytes from its start. */
  length: number;
  /** Has them already. */
  store: Store;
}

/** What is here of contents, from transfers before. Throws and rejects nothing. */
export interface Contents {
  /** What it finds belongs to the caller. */
  find(hash: string, size: number): Found | undefined | Promise<Found | undefined>;
  /** For another transfer of the same content. */
  keep(hash: string, size: number, bytes: Bytes): void;
  /** What was found is not what the hash says. */
  forget(hash: string): void;
}

/** SHA-256 as lower-case hexadecimal. Rejects when it cannot be computed. */
export type Hash = (content: Bytes) => Promise<string>;

/** Signs this side's files and checks those of others. */
export interface Signer {
  /** Undefined when there is no key to sign with. Rejects when it cannot be done. */
  sign(file: FileDescription): Promise<Signature | undefined>;
  /** Whether the file is its named sender's; never rejects. */
  holds(claim: FileDescription): Promise<boolean>;
}

/** Where outgoing bytes go. */
export interface Outlet {
  /** Returns whether that channel took them all. */
  sendBytes(messages: Iterable<Bytes>, lane: number): boolean;
}
