import { texts } from '../texts/current.js';
import { hashOf } from './hash.js';
import type { SharedFile } from './model.js';
import { fileKey, type Store } from './store.js';

// The small ones need not wait while a film is read for its hash.
const LARGE = 16 * 1024 * 1024;

/** A file that was chosen, dropped or pasted. */
export interface Chosen {
  readonly file: File;
  /** Where it lies in the folder that was chosen, its own name last. */
  readonly path?: string | undefined;
}

interface Waiting extends Chosen {
  readonly side: string;
  /** Whom it is for; undefined: everyone. */
  readonly to: readonly string[] | undefined;
}

/** What becomes of what is taken in. */
export interface IntakeHandlers {
  share(shared: SharedFile): void;
  /** It is not what was shared any more. */
  withdraw(shared: SharedFile): void;
  progress(done: number, total: number): void;
}

/**
 * Takes files in one after another: each is read once to be hashed, and two hundred read at once would hold
 * gigabytes for no gain, as the disk and the hash are serial anyway.
 */
export class Intake {
  readonly #waiting: Waiting[] = [];
  #done = 0;
  #running = false;

  constructor(
    private readonly store: Store,
    private readonly handlers: IntakeHandlers,
  ) {}

  add(files: Iterable<Chosen>, side: string, to?: readonly string[]): void {
    for (const { file, path } of files) {
      this.#waiting.push({ file, side, to, path });
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next; next = this.#next()) {
      this.handlers.progress(this.#done, this.#done + this.#waiting.length + 1);
      await this.#take(next);
      this.#done += 1;
    }
    this.handlers.progress(this.#done, this.#done);
    this.#done = 0;
    this.#running = false;
  }

  #next(): Waiting | undefined {
    const small = this.#waiting.findIndex(({ file }) => file.size <= LARGE);
    return this.#waiting.splice(Math.max(small, 0), 1)[0];
  }

  async #take({ file, path, side, to }: Waiting): Promise<void> {
    try {
      const hash = await hashOf(file);
      const key = fileKey(side, hash, path ?? file.name);
      const shared = { key, side, file, hash, to: this.#audience(key, to), path };
      await this.#dropOutdated(shared);
      // Chosen again, the newest handle of a file counts: one from before it was touched cannot be read any more.
      this.store.shared.set(shared);
      this.handlers.share(shared);
    } catch (error) {
      // A folder that was dropped, a file that was moved away, a card that was pulled out.
      const reason = error instanceof Error ? error.message : String(error);
      this.store.report(texts.share.unreadable(file.name, reason));
    }
  }

  /** What some are offered already is for one more then. */
  #audience(key: string, to: readonly string[] | undefined): ReadonlySet<string> | undefined {
    const before = this.store.shared.get(key);
    if (to === undefined || (before && before.to === undefined)) return undefined;
    return new Set([...(before?.to ?? []), ...to]);
  }

  /** What has this name or content, and cannot be read any more, was this file before it was changed or renamed. */
  async #dropOutdated({ key, side, file, hash, path }: SharedFile): Promise<void> {
    const kin = this.store
      .sharedBy(side)
      .filter((other) => other.key !== key && (other.hash === hash || isSamePlace(other, { file, path })));
    const readable = await Promise.all(kin.map((other) => isReadable(other.file)));
    kin.forEach((other, index) => readable[index] === true || this.handlers.withdraw(other));
  }
}

async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

const isSamePlace = (one: Chosen, other: Pick<SharedFile, 'file' | 'path'>): boolean =>
  (one.path ?? one.file.name) === (other.path ?? other.file.name);
