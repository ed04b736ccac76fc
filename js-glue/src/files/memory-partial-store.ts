import { systemClock, type Clock } from '../api/options.js';
import type { PartialBytes, PartialStore } from '../api/partial-store.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';

interface Entry {
  bytes: PartialBytes;
  keptAt: number;
}

/** Sizes are bytes, times milliseconds. */
export interface MemoryPartialStoreOptions {
  /** In all: a file counts with its whole size, since its memory is there from its first byte on. Default 64 MiB. */
  maxBytes?: number | undefined;
  /** How long each is kept. Default 10 minutes. */
  maxAge?: number | undefined;
  /** Default: `performance.now()` and the platform's timers. */
  clock?: Clock | undefined;
}

/** Its timer alone keeps no process alive, where that is up to timers: in Node. */
const backgroundClock: Clock = {
  ...systemClock,
  setTimeout: (callback, milliseconds) => {
    const handle = systemClock.setTimeout(callback, milliseconds) as { unref?: () => void };
    handle.unref?.();
    return handle;
  },
};

/** In memory, oldest out first; gone with the page. What sessions use unless they are given another. */
export class MemoryPartialStore implements PartialStore {
  readonly #maxBytes: number;
  readonly #maxAge: number;
  readonly #clock: Clock;
  readonly #timer: DeadlineTimer;
  /** In the order of their age. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor({
    maxBytes = 64 * 1024 * 1024,
    maxAge = 600_000,
    clock = backgroundClock,
  }: MemoryPartialStoreOptions = {}) {
    this.#maxBytes = maxBytes;
    this.#maxAge = maxAge;
    this.#clock = clock;
    this.#timer = new DeadlineTimer(clock, () => {
      this.#forgetOld();
    });
  }

  /** See {@link PartialStore.take}. */
  take(hash: string, size: number): PartialBytes | undefined {
    const bytes = this.#remove(keyOf(hash, size))?.bytes;
    this.#forgetOld();
    return bytes;
  }

  /** See {@link PartialStore.keep}. */
  keep(hash: string, size: number, bytes: PartialBytes): void {
    const key = keyOf(hash, size);
    const there = this.#entries.get(key);
    if (there && there.bytes.length >= bytes.length) return;
    this.#remove(key);
    this.#bytes += costOf(bytes);
    this.#entries.set(key, { bytes, keptAt: this.#clock.now() });
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
    this.#forgetOld();
  }

  #remove(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry) this.#bytes -= costOf(entry.bytes);
    return entry;
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    for (const [key, { keptAt }] of this.#entries) {
      if (keptAt + this.#maxAge > now) {
        this.#timer.arm(keptAt + this.#maxAge);
        return;
      }
      this.#remove(key);
    }
    this.#timer.cancel();
  }
}

const keyOf = (hash: string, size: number): string => `${hash} ${String(size)}`;
const costOf = (bytes: PartialBytes): number => bytes.buffer.byteLength;
