import type { PeerSessionError } from '../api/errors.js';
import { afterThisTurn, TurnBudget } from '../basics/turn.js';
import type { Source } from './ports.js';

export interface OutgoingFile {
  transferId: string;
  /** Why it ended, when it ended badly. */
  error?: PeerSessionError | undefined;
  /** What reading it threw. */
  fault?: unknown;
  /** Reads it from that position on. */
  open: (start: number) => Source;
  /** Since the peer has pulled it. */
  source?: Source | undefined;
}

/** Small blocks lie in memory already when they are asked for, so that one read follows the other without a pause. */
const readsPerTurn = 64;

/** The offered files, and what was read ahead of them; the engine bounds how much. */
export class OutgoingFiles {
  readonly #files = new Map<number, OutgoingFile>();
  readonly #budget = new TurnBudget(readsPerTurn);

  add(transfer: number, transferId: string, open: (start: number) => Source): OutgoingFile {
    const file: OutgoingFile = { transferId, open };
    this.#files.set(transfer, file);
    return file;
  }

  /** Undefined when the offer is over. */
  find(transfer: number): OutgoingFile | undefined {
    return this.#files.get(transfer);
  }

  /** The peer has pulled it, from there on: what was read for an earlier pull is let go of. */
  begin(transfer: number, start: number): void {
    const file = this.#files.get(transfer);
    if (!file) return;
    file.source?.cancel();
    file.source = file.open(start);
  }

  /** Reads what lies before `end`; resolves with whether that can be taken now; undefined when nobody wants it any more. */
  async read(transfer: number, end: number): Promise<boolean | undefined> {
    const source = this.#files.get(transfer)?.source;
    if (!this.#budget.take()) await new Promise<void>((resolve) => afterThisTurn(resolve));
    let isRead = true;
    let fault: unknown;
    try {
      await source?.readTo(end);
    } catch (cause) {
      isRead = false;
      fault = cause;
    }
    const file = this.#files.get(transfer);
    if (!file || file.source !== source) return undefined;
    if (!isRead) file.fault = fault;
    return isRead;
  }

  remove(transfer: number): OutgoingFile | undefined {
    const file = this.#files.get(transfer);
    this.#files.delete(transfer);
    file?.source?.cancel();
    return file;
  }

  /** All that had not ended. */
  removeAll(): OutgoingFile[] {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const { source } of files) source?.cancel();
    return files;
  }
}
