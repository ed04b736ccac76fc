// Enough to look back over a few hundred files; with MAX_TEXT at most 4 MB.
const MAX_ENTRIES = 2_000;
// A peer may send long texts; a log of them must not become the page's largest memory.
const MAX_TEXT = 1_000;
// A peer also names the kinds; what is no word of a protocol is not one to filter by.
const KIND = /^[a-z][a-z-]{0,31}$/;

export interface WireEntry {
  readonly time: Date;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  /** The message's `type`, `binary`, or `other` for what has none. */
  readonly kind: string;
  /** Of all the messages of this entry. */
  bytes: number;
  /** Binary messages in a row from one side are one entry: a 15 MiB file is hundreds of them. */
  messages: number;
  /** Binary messages belong to the `meta` before them. */
  readonly transferId: string | undefined;
  readonly text: string;
}

/** What went over the channels, newest last, bounded. */
export class WireLog {
  readonly entries: WireEntry[] = [];
  readonly #listeners = new Set<() => void>();
  /** The transfer that binary messages belong to, by channel and direction. */
  readonly #announced = new Map<string, string>();
  readonly #utf8 = new TextEncoder();

  add(direction: 'in' | 'out', peer: string, message: string | { readonly bytes: number }): void {
    if (typeof message === 'string') this.#addText(direction, peer, message);
    else this.#addBinary(direction, peer, message.bytes);
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

  #addText(direction: 'in' | 'out', peer: string, message: string): void {
    const { kind, transferId } = fieldsOf(message);
    if (kind === 'meta' && transferId !== undefined) this.#announced.set(`${direction} ${peer}`, transferId);
    const text = message.length > MAX_TEXT ? `${message.slice(0, MAX_TEXT)}…` : message;
    const bytes = this.#utf8.encode(message).length;
    this.entries.push({ time: new Date(), direction, peer, kind, bytes, messages: 1, transferId, text });
  }

  #addBinary(direction: 'in' | 'out', peer: string, bytes: number): void {
    const last = this.entries.at(-1);
    if (last?.kind === 'binary' && last.direction === direction && last.peer === peer) {
      last.messages += 1;
      last.bytes += bytes;
      return;
    }
    const transferId = this.#announced.get(`${direction} ${peer}`);
    this.entries.push({
      time: new Date(),
      direction,
      peer,
      kind: 'binary',
      bytes,
      messages: 1,
      transferId,
      text: '',
    });
  }
}

/** One JSON object a line, for jq, a spreadsheet or a bug report. */
export function toJsonLines(entries: readonly WireEntry[]): string {
  return entries
    .map(({ time, direction, peer, kind, bytes, messages, transferId, text }) =>
      JSON.stringify({
        time: time.toISOString(),
        direction,
        peer,
        kind,
        bytes,
        messages,
        transferId,
        ...(kind === 'binary' ? {} : { message: parsed(text) ?? text }),
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function fieldsOf(message: string): { kind: string; transferId: string | undefined } {
  const { type, transferId } = parsed(message) ?? {};
  return {
    kind: typeof type === 'string' && KIND.test(type) ? type : 'other',
    transferId: typeof transferId === 'string' ? transferId : undefined,
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
