import { formatBytes } from '../util/format.js';
import { MAX_FILE_SIZE, type SharedFile } from './model.js';
import type { Store } from './store.js';

/**
 * Takes files in one after another: each is read once to be hashed, and two hundred read at once would hold
 * gigabytes for no gain, as the disk and the hash are serial anyway.
 */
export class Intake {
  readonly #waiting: { readonly file: File; readonly share: (shared: SharedFile) => void }[] = [];
  #done = 0;
  #running = false;

  constructor(
    private readonly store: Store,
    private readonly onProgress: (done: number, total: number) => void,
  ) {}

  add(files: Iterable<File>, share: (shared: SharedFile) => void): void {
    for (const file of files) {
      if (file.size > MAX_FILE_SIZE) {
        this.store.report(
          `“${file.name}” was not shared: it has ${formatBytes(file.size)}, and the limit is ${formatBytes(MAX_FILE_SIZE)}. Make it smaller and share it again.`,
        );
      } else {
        this.#waiting.push({ file, share });
      }
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.onProgress(this.#done, this.#done + this.#waiting.length + 1);
      await this.#take(next.file, next.share);
      this.#done += 1;
    }
    this.onProgress(this.#done, this.#done);
    this.#done = 0;
    this.#running = false;
  }

  async #take(file: File, share: (shared: SharedFile) => void): Promise<void> {
    try {
      const hash = toHex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      const shared = this.store.shared.get(hash) ?? { key: hash, file, hash };
      this.store.shared.set(shared);
      share(shared);
    } catch (error) {
      // A folder that was dropped, a file that was moved away, a card that was pulled out.
      const reason = error instanceof Error ? error.message : String(error);
      this.store.report(
        `“${file.name}” was not shared: it could not be read (${reason}). If it is a folder, choose the files in it; else choose it again.`,
      );
    }
  }
}

function toHex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
