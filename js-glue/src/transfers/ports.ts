import type { Bytes } from '../basics/bytes.js';
import type { Signature } from '../engine/engine-module.js';
import type { FileDescription } from '../engine/file-description.js';

/** An offered file as it is read: once, from its beginning to its end. */
export interface Source {
  /** Resolves when the bytes before `end` have been read, maybe with some beyond; rejects when they cannot be. */
  readTo(end: number): Promise<void>;
  /** The next bytes. Only what was read may be taken. */
  take(length: number): Bytes;
  /** Lets go of what the platform holds for this file. Throws nothing. */
  cancel(): void;
}

/** Where a pulled file is kept while it arrives. */
export interface Store {
  /** Takes over the chunk. Throws where there is no room for it. */
  put(chunk: Bytes, offset: number): void;
  content(): Bytes;
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
  /** Returns whether the channel took them all. */
  sendBytes(messages: Iterable<Bytes>): boolean;
}
