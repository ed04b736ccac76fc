// Enough to look back over a few hundred files; with MAX_TEXT at most 4 MB.
const MAX_ENTRIES = 2_000;
// A peer may send long texts; a log of them must not become the page's largest memory.
const MAX_TEXT = 1_000;

export interface WireEntry {
  readonly time: Date;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly text: string;
  /** Binary messages in a row from one side are one entry: a 15 MiB file is hundreds of them. */
  readonly binary?: { messages: number; bytes: number };
}

/** What went over the channels, newest last, bounded. */
export class WireLog {
  readonly entries: WireEntry[] = [];
  paused = false;
  readonly #listeners = new Set<() => void>();

  add(direction: 'in' | 'out', peer: string, message: string | { readonly bytes: number }): void {
    if (this.paused) return;
    if (typeof message === 'string') {
      const text = message.length > MAX_TEXT ? `${message.slice(0, MAX_TEXT)}…` : message;
      this.entries.push({ time: new Date(), direction, peer, text });
    } else {
      const last = this.entries.at(-1);
      if (last?.binary && last.direction === direction && last.peer === peer) {
        last.binary.messages += 1;
        last.binary.bytes += message.bytes;
      } else {
        this.entries.push({
          time: new Date(),
          direction,
          peer,
          text: 'binary',
          binary: { messages: 1, bytes: message.bytes },
        });
      }
    }
    if (this.entries.length > MAX_ENTRIES) this.entries.splice(0, this.entries.length - MAX_ENTRIES);
    for (const listener of this.#listeners) listener();
  }

  clear(): void {
    this.entries.length = 0;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
