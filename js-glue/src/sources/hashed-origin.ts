import type { IHasher } from 'hash-wasm';
import type { Bytes } from '../basics/bytes.js';
import type { Origin, OriginParts, Source } from '../transfers/ports.js';
import { newHash } from './new-hash.js';

/** A file that is hashed while it is sent: each byte once and in order, however often it is read. */
export class HashedOrigin implements Origin {
  readonly once: boolean;
  readonly #origin: Origin;
  readonly #size: number;
  #hash: IHasher | undefined;
  /** So much of the file is in it. */
  #hashed = 0;
  #digest: string | undefined;

  constructor(origin: Origin, size: number) {
    this.once = !!origin.once;
    this.#origin = origin;
    this.#size = size;
  }

  get parts(): OriginParts | undefined {
    const { parts } = this.#origin;
    return parts && { ...parts, isHashed: true };
  }

  open(start: number): Source {
    const source = this.#origin.open(start);
    let at = start;
    return {
      readTo: async (end) => {
        this.#hash ??= await newHash();
        return source.readTo(end);
      },
      take: (length) => {
        const bytes = source.take(length);
        this.#add(bytes, at);
        at += length;
        return bytes;
      },
      cancel: () => {
        source.cancel();
      },
    };
  }

  async digest(): Promise<string> {
    try {
      this.#hash ??= await newHash();
      if (this.#hashed === this.#size) this.#digest ??= this.#hash.digest();
      return this.#digest ?? '';
    } catch {
      // The library could not be loaded.
      return '';
    }
  }

  release(): void {
    this.#origin.release?.();
  }

  #add(bytes: Bytes, at: number): void {
    const known = this.#hashed - at;
    if (known < 0 || known >= bytes.length) return;
    this.#hash?.update(bytes.subarray(known));
    this.#hashed = at + bytes.length;
  }
}
