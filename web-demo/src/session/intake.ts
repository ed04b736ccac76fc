import { formatBytes } from '../util/format.js';
import { MAX_FILE_SIZE, type SharedFile } from './model.js';
import { fileKey, type Store } from './store.js';

/**
 * Takes files in one after another: each is read once to be hashed, and two hundred read at once would hold
 * gigabytes for no gain, as the disk and the hash are serial anyway.
 */
export class Intake {
  readonly #waiting: { readonly file: File; readonly side: string }[] = [];
  #done = 0;
  #running = false;

  constructor(
    private readonly store: Store,
    private readonly share: (shared: SharedFile) => void,
    private readonly onProgress: (done: number, total: number) => void,
  ) {}

  add(files: Iterable<File>, side: string): void {
    for (const file of files) {
      if (file.size > MAX_FILE_SIZE) {
        this.store.report(
          `“${file.name}” was not shared: it has ${formatBytes(file.size)}, and the limit is ${formatBytes(MAX_FILE_SIZE)}. Make it smaller and share it again.`,
        );
      } else {
        this.#waiting.push({ file, side });
      }
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.onProgress(this.#done, this.#done + this.#waiting.length + 1);
      await this.#take(next.file, next.side);
      this.#done += 1;
    }
    this.onProgress(this.#done, this.#done);
    this.#done = 0;
    this.#running = false;
  }

  async #take(file: File, side: string): Promise<void> {
    try {
      const hash = toHex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      const shared = { key: fileKey(side, hash, file.name), side, file, hash };
      await this.#dropOutdated(shared);
      // Chosen again, the newest handle of a file counts: one from before it was touched cannot be read any more.
      this.store.shared.set(shared);
      this.share(shared);
    } catch (error) {
      // A folder that was dropped, a file that was moved away, a card that was pulled out.
      const reason = error instanceof Error ? error.message : String(error);
      this.store.report(
        `“${file.name}” was not shared: it could not be read (${reason}). If it is a folder, choose the files in it; else choose it again.`,
      );
    }
  }

  /** What has this name or content, and cannot be read any more, was this file before it was changed or renamed. */
  async #dropOutdated({ key, side, file, hash }: SharedFile): Promise<void> {
    const kin = this.store
      .sharedBy(side)
      .filter((other) => other.key !== key && (other.hash === hash || other.file.name === file.name));
    const readable = await Promise.all(kin.map((other) => isReadable(other.file)));
    kin.forEach((other, index) => readable[index] === true || this.store.shared.delete(other.key));
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

function toHex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
