import type { RawFile } from 'virtual:engine';
import type { ActionOf } from '../engine/action.js';
import { errorFromEngine, PeerSessionError } from '../errors.js';
import type { FileDescription, OfferedFile } from '../files/file-description.js';
import { OutgoingFiles, type OutgoingFile } from '../files/outgoing-files.js';
import type { Signature } from '../signing/signing.js';
import { newTransferId } from '../transfer-id.js';
import type { DriverContext } from './driver-context.js';

/** Carries out what the engine decides about offered files. */
export class Uploads {
  readonly #context: DriverContext;
  readonly #files = new OutgoingFiles();

  constructor(context: DriverContext) {
    this.#context = context;
  }

  /** Keeps the file; what the engine is told of it. */
  add(transfer: number, blob: Blob, file: OfferedFile): { kept: OutgoingFile; raw: RawFile } {
    const transferId = newTransferId();
    const { fit } = this.#context;
    return {
      kept: this.#files.add(transfer, transferId, blob),
      raw: {
        transferId,
        name: fit(file.name),
        size: blob.size,
        mime: fit(file.mime),
        hash: fit(file.hash),
        isPinned: file.isPinned,
        ttl: file.ttl ?? Number.NaN,
        originalSenderId: fit(file.originalSenderId ?? ''),
        signature: fit(file.signature ?? ''),
        publicKeyBase64: fit(file.publicKeyBase64 ?? ''),
      },
    };
  }

  sendBytes({ transfer, offset, length, messageSize, fileSize }: ActionOf<'sendBytes'>): void {
    const file = this.#files.find(transfer);
    if (!file) return;
    const sent = this.#context.handToChannel((channel) => {
      for (let start = 0; start < length; start += messageSize) {
        const message = file.reader.take(Math.min(messageSize, length - start));
        this.#context.show('out', { bytes: message.length });
        channel.send(message);
      }
    });
    if (!sent) return;
    const { transferId } = file;
    this.#context.notify((events) => {
      events.progress('send', transferId, offset + length, fileSize);
    });
  }

  async readBlock(transfer: number, end: number): Promise<void> {
    const ready = await this.#files.read(transfer, end);
    this.#context.tell((engine, now) => {
      engine.handleBlock(now, transfer, ready);
    });
  }

  /** The application's code, and so among its callbacks. */
  sign(transfer: number, file: FileDescription): void {
    this.#context.callbacks.add(() => this.#sign(transfer, file));
  }

  async #sign(transfer: number, file: FileDescription): Promise<void> {
    const { tools, isOver, fit, report, tell } = this.#context;
    let signed: Signature | undefined;
    try {
      signed = await tools.signing?.sign(file);
    } catch (cause) {
      if (isOver()) return;
      report(new PeerSessionError('sign-failed', { cause, transferId: file.transferId }));
    }
    const signature = fit(signed?.signature ?? '');
    const publicKey = fit(signed?.publicKeyBase64 ?? '');
    tell((engine, now) => {
      engine.handleSigned(now, transfer, signature, publicKey);
    });
  }

  end(transfer: number, reason: string): void {
    const file = this.#files.remove(transfer);
    if (file) this.#tellEnd(file, reason);
  }

  endAll(reason: string): void {
    for (const file of this.#files.removeAll()) this.#tellEnd(file, reason);
  }

  #tellEnd(file: OutgoingFile, reason: string): void {
    const { transferId, fault } = file;
    const error = reason === '' ? undefined : errorFromEngine(reason, transferId, fault);
    file.error = error;
    this.#context.notify((events) => {
      events.uploadEnded(transferId, error);
    });
  }
}
