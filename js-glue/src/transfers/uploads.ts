import { errorFromEngine, PeerSessionError } from '../api/errors.js';
import type { Bytes } from '../basics/bytes.js';
import type { ActionOf } from '../engine/action.js';
import type { EngineHost } from '../engine/engine-host.js';
import type { Signature } from '../engine/engine-module.js';
import type { FileDescription } from '../engine/file-description.js';
import { OutgoingFiles, type OutgoingFile } from './outgoing-files.js';
import type { Origin, Outlet, Signer, Source } from './ports.js';

/** What an offer says of its file, apart from its id and its size. */
export type OfferedFile = Omit<FileDescription, 'transferId' | 'size' | 'identityCreatedAt'>;

/** What the peer says of why it does not want a file. */
type PeerWord = Partial<Pick<ActionOf<'uploadEnded'>, 'peerReason' | 'peerDetail'>>;

/** Told among the application's callbacks, in order. */
export interface UploadNews {
  progress(direction: 'send', transferId: string, bytes: number, size: number): void;
  /** The peer asks for it, for the first time. */
  pulled(transferId: string): unknown;
  uploadEnded(transferId: string, error: PeerSessionError | undefined, isDelivered: boolean): void;
  reported(error: PeerSessionError): void;
}

/** Carries out what the engine decides about offered files. */
export class Uploads {
  readonly #host: EngineHost;
  readonly #outlet: Outlet;
  readonly #news: UploadNews;
  readonly #signer: Signer | undefined;
  readonly #files = new OutgoingFiles();

  constructor(host: EngineHost, outlet: Outlet, news: UploadNews, signer: Signer | undefined) {
    this.#host = host;
    this.#outlet = outlet;
    this.#news = news;
    this.#signer = signer;
  }

  /** The offer's id, or why it could not be made. The message is handed to the channel before this returns. */
  offer(
    transfer: number,
    origin: Origin,
    size: number,
    file: OfferedFile & { transferId: string },
  ): string | PeerSessionError {
    const { transferId } = file;
    const kept = this.#files.add(transfer, transferId, origin);
    this.#host.command('offer', transfer, !!origin.once, { ...file, size });
    return kept.error ?? transferId;
  }

  sendBytes({ transfer, length, messageSize, fileSize, soFar, lane }: ActionOf<'sendBytes'>): void {
    const file = this.#files.find(transfer);
    if (!file?.source) return;
    // All of them, also where the channel is lost: what another one sends next comes after them.
    const messages = [...messagesOf(file.source, length, messageSize)];
    if (!this.#outlet.sendBytes(messages, lane)) return;
    const { transferId } = file;
    this.#host.later(() => {
      this.#news.progress('send', transferId, soFar, fileSize);
    });
  }

  async readBlock({ transfer, offset, length, isFirst, number }: ActionOf<'readBlock'>): Promise<void> {
    if (isFirst) this.#files.begin(transfer, offset);
    const read = await this.#files.read(transfer, offset + length);
    if (typeof read === 'number') this.#host.tell('handleBlock', transfer, read - offset, { number });
    else if (read !== undefined) this.#host.tell('handleBlock', transfer, 0, { number, reason: read });
  }

  paused({ transfer }: ActionOf<'paused'>): void {
    this.#files.pause(transfer);
  }

  async hash({ transfer }: ActionOf<'hashFile'>): Promise<void> {
    const hash = await this.#files.find(transfer)?.origin.digest?.();
    this.#host.tell('handleDigest', transfer, hash ?? '');
  }

  /** The application's code, and so among its callbacks. */
  sign({ transfer, file }: ActionOf<'signFile'>): void {
    this.#host.later(() => this.#sign(transfer, file));
  }

  async #sign(transfer: number, file: FileDescription): Promise<void> {
    let signature: Signature | undefined;
    try {
      signature = await this.#signer?.sign(file);
    } catch (cause) {
      if (this.#host.isOver) return;
      const { transferId } = file;
      this.#host.later(() => {
        this.#news.reported(new PeerSessionError('sign-failed', { cause, transferId }));
      });
    }
    this.#host.tell('handleSigned', transfer, signature);
  }

  pulled({ transfer }: ActionOf<'uploadPulled'>): void {
    const file = this.#files.find(transfer);
    if (file) this.#host.later(() => this.#news.pulled(file.transferId));
  }

  end({ transfer, reason, isDelivered, ...peer }: ActionOf<'uploadEnded'>): void {
    const file = this.#files.remove(transfer);
    if (file) this.#tellEnd(file, reason, peer, isDelivered);
  }

  endAll(reason: string): void {
    for (const file of this.#files.removeAll()) this.#tellEnd(file, reason);
  }

  #tellEnd(file: OutgoingFile, reason: string, peer: PeerWord = {}, isDelivered = false): void {
    const { transferId, fault } = file;
    const error = reason === '' ? undefined : errorFromEngine(reason, { transferId, fault, ...peer });
    file.error = error;
    // Whoever offered it without a hash hears of it at once, and may offer it with one.
    if (reason === 'hash-required') return;
    this.#host.later(() => {
      this.#news.uploadEnded(transferId, error, isDelivered);
    });
  }
}

function* messagesOf(source: Source, length: number, messageSize: number): Iterable<Bytes> {
  for (let start = 0; start < length; start += messageSize) yield source.take(Math.min(messageSize, length - start));
}
