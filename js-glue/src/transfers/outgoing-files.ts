import type { PeerSessionError } from '../api/errors.js';
import { afterThisTurn, TurnBudget } from '../basics/turn.js';
import type { Source } from './ports.js';

export interface OutgoingFile {
  transferId: string;
  /** Why it ended, when it ended badly. */
  error?: PeerSessionError | undefined;
  /** What reading it threw. */
  fault?: unknown;
  source: Source;
}

/** Small blocks lie in memory already when they are asked for, so that one read follows the other without a pause. */
const readsPerTurn = 64;

/** The offered files, and what was read ahead of them; the engine bounds how much. */
export class OutgoingFiles {
  readonly #files = new Map<number, OutgoingFile>();
  readonly #budget = new TurnBudget(readsPerTurn);

  add(transfer: number, transferId: string, source: Source): OutgoingFile {
    const file: OutgoingFile = { transferId, source };
    this.#files.set(transfer, file);
    return file;
  }

  /** Undefined when the offer is over. */
  find(transfer: number): OutgoingFile | undefined {
    return this.#files.get(transfer);
  }

  /** Reads what lies before `end`; resolves with whether that can be taken now. */
  async read(transfer: number, end: number): Promise<boolean> {
    if (!this.#budget.take()) await new Promise<void>((resolve) => afterThisTurn(resolve));
    const file = this.#files.get(transfer);
    try {
      await file?.source.readTo(end);
      return true;
    } catch (cause) {
      if (file) file.fault = cause;
      return false;
    }
  }

  remove(transfer: number): OutgoingFile | undefined {
    const file = this.#files.get(transfer);
    this.#files.delete(transfer);
    file?.source.cancel();
    return file;
  }

  /** All that had not ended. */
  removeAll(): OutgoingFile[] {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const { source } of files) source.cancel();
    return files;
  }
}
