import type { ActionOf } from '../engine/action.js';
import { errorFromEngine } from '../errors.js';
import type { FileDescription } from '../files/file-description.js';
import { IncomingFiles, type IncomingFile } from '../files/incoming-files.js';
import type { DriverContext } from './driver-context.js';

/** Received bytes between two progress events: 16 KiB chunks come by the hundred a second. */
const progressStep = 64 * 1024;

/** Carries out what the engine decides about pulled files. */
export class Downloads {
  readonly #context: DriverContext;
  readonly #files = new IncomingFiles();
  /** Binary messages that wait for the engine's verdict, oldest first. */
  #chunks: Uint8Array<ArrayBuffer>[] = [];

  constructor(context: DriverContext) {
    this.#context = context;
  }

  /** False: until its end has been told, it is on its way, and not asked for twice. */
  add(transfer: number, transferId: string): boolean {
    return this.#files.add(transfer, transferId);
  }

  receive(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#context.note((engine, now) => {
      engine.handleBinary(now, chunk.length);
    });
  }

  storeChunk({ transfer, offset, length, fileSize }: ActionOf<'storeChunk'>): void {
    const chunk = this.#chunks.shift();
    const transferId = this.#files.transferIdOf(transfer);
    if (!chunk || transferId === undefined) return;
    if (!this.#files.store(transfer, chunk, offset, fileSize)) {
      this.#context.note((engine, now) => {
        engine.handleStoreFailed(now, transfer);
      });
      return;
    }
    const bytes = offset + length;
    const isStep = Math.floor(offset / progressStep) !== Math.floor(bytes / progressStep);
    if (offset === 0 || isStep || bytes === fileSize) {
      this.#context.notify((events) => {
        events.progress('receive', transferId, bytes, fileSize);
      });
    }
  }

  dropChunk(): void {
    this.#chunks.shift();
  }

  /** The engine needs the answer before the next message. */
  authorize(transfer: number): void {
    const { callbacks, events, note } = this.#context;
    callbacks.ask(() => {
      let answer: unknown;
      try {
        answer = events.mayReceive();
        return answer;
      } finally {
        note((engine, now) => {
          engine.handleAuthorization(now, transfer, answer === true);
        });
      }
    });
  }

  async verify(transfer: number, claim: FileDescription | undefined): Promise<void> {
    const { tools, note, isOver } = this.#context;
    const hash = await this.#files.hash(transfer, tools.digest);
    note((engine, now) => {
      engine.handleDigest(now, transfer, hash);
    });
    if (!claim || !tools.signing || isOver()) return;
    const holds = await tools.signing.holds(claim);
    note((engine, now) => {
      engine.handleClaim(now, transfer, holds);
    });
  }

  end({ transfer, reason, file }: ActionOf<'downloadEnded'>): void {
    if (!file) {
      this.fail(transfer, reason);
      return;
    }
    const content = this.#files.contentOf(transfer);
    const kept = this.#files.remove(transfer);
    if (!kept) return;
    this.#context.notify((events) => {
      this.#files.forget(kept.transferId);
      return events.delivered(content, file);
    });
  }

  fail(transfer: number, reason: string): void {
    const file = this.#files.remove(transfer);
    if (file) this.#tellFailure(file, reason);
  }

  failAll(reason: string): void {
    this.#chunks = [];
    for (const file of this.#files.removeAll()) this.#tellFailure(file, reason);
  }

  #tellFailure({ transferId, fault }: IncomingFile, reason: string): void {
    const error = errorFromEngine(reason, transferId, fault);
    this.#context.notify((events) => {
      this.#files.forget(transferId);
      return events.failed(transferId, error);
    });
  }
}
