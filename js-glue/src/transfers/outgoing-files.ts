import type { PeerSessionError } from '../api/errors.js';
import { afterThisTurn, TurnBudget } from '../basics/turn.js';
import type { Origin, ReadFault, Source } from './ports.js';

export interface OutgoingFile {
  transferId: string;
  /** Why it ended, when it ended badly. */
  error?: PeerSessionError | undefined;
  /** What reading it threw. */
  fault?: unknown;
  origin: Origin;
  /** Since the peer has pulled it. */
  source?: Source | undefined;
}

/** Small blocks lie in memory already when they are asked for, so that one read follows the other without a pause. */
const readsPerTurn = 64;

/** The offered files, and what was read ahead of them; the engine bounds how much. */
export class OutgoingFiles {
  readonly #files = new Map<number, OutgoingFile>();
  readonly #budget = new TurnBudget(readsPerTurn);

  add(transfer: number, transferId: string, origin: Origin): OutgoingFile {
    const file: OutgoingFile = { transferId, origin };
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
    file.source = file.origin.open(start);
  }

  /** The peer does not want it now. */
  pause(transfer: number): void {
    const file = this.#files.get(transfer);
    file?.source?.cancel();
    if (file) file.source = undefined;
  }

  /** Reads what lies before `end`; resolves with how far it can be taken now, or why it cannot; undefined when nobody wants it any more. */
  async read(transfer: number, end: number): Promise<number | string | undefined> {
    const source = this.#files.get(transfer)?.source;
    if (!this.#budget.take()) await new Promise<void>((resolve) => afterThisTurn(resolve));
    let read: number | string | undefined;
    let fault: unknown;
    try {
      read = await source?.readTo(end);
    } catch (thrown) {
      const { reason = '', cause = thrown } = (thrown ?? {}) as Partial<ReadFault>;
      read = reason;
      fault = cause;
    }
    const file = this.#files.get(transfer);
    if (!file || file.source !== source) return undefined;
    if (typeof read === 'string') file.fault = fault;
    return read;
  }

  remove(transfer: number): OutgoingFile | undefined {
    const file = this.#files.get(transfer);
    this.#files.delete(transfer);
    if (file) letGo(file);
    return file;
  }

  /** All that had not ended. */
  removeAll(): OutgoingFile[] {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) letGo(file);
    return files;
  }
}

function letGo({ source, origin }: OutgoingFile): void {
  source?.cancel();
  origin.release?.();
}
