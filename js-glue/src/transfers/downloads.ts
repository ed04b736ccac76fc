import { errorFromEngine, type PeerSessionError } from '../api/errors.js';
import type { PullOptions, SinkFile } from '../api/sink.js';
import type { Bytes } from '../basics/bytes.js';
import { isThenable } from '../basics/thenable.js';
import type { ActionOf } from '../engine/action.js';
import type { EngineHost } from '../engine/engine-host.js';
import type { FileDescription } from '../engine/file-description.js';
import { IncomingFiles, type IncomingFile } from './incoming-files.js';
import type { Contents, Found, Hash, Signer, Store } from './ports.js';

/** Received bytes between two progress events: 16 KiB chunks come by the hundred a second. */
const progressStep = 64 * 1024;

/** A quarter of a second of 32 MB/s: as much as a fast path needs while a disk takes its time. */
const defaultRoom = 8 * 1024 * 1024;

/** A pull with its place in the order. */
export interface OrderedPull extends PullOptions {
  /** Whole; the higher first. Default 0. */
  priority?: number;
}

/** Told among the application's callbacks, in order; whoever is told may throw or call back in. */
export interface DownloadNews {
  progress(direction: 'receive', transferId: string, bytes: number, size: number): void;
  /** Whoever is asked calls `answer`, within this or later, and once: nothing but true is a yes. */
  mayReceive(answer: (allowed: boolean) => void): unknown;
  delivered(content: Bytes | Blob, file: FileDescription): unknown;
  /** It went into a sink, which has finished. */
  received(file: FileDescription, result: unknown): unknown;
  failed(transferId: string, error: PeerSessionError): unknown;
  /** It is set aside, or is not any more. */
  pullPaused(transferId: string, isPaused: boolean): unknown;
}

/** What pulled files are kept and checked with. */
export interface DownloadTools {
  makeStore: (size: number) => Store;
  contents: Contents;
  hash: Hash;
  signer: Signer | undefined;
}

/** Carries out what the engine decides about pulled files. */
export class Downloads {
  readonly #host: EngineHost;
  readonly #news: DownloadNews;
  readonly #tools: DownloadTools;
  readonly #files: IncomingFiles;
  /** Binary messages of all channels that wait for the engine's verdict, oldest first. */
  #chunks: Bytes[] = [];
  #isAsking = false;

  constructor(host: EngineHost, news: DownloadNews, tools: DownloadTools) {
    this.#host = host;
    this.#news = news;
    this.#tools = tools;
    this.#files = new IncomingFiles(tools.makeStore);
  }

  /** Whether somebody has been asked, and has not answered, if a file may come: its bytes may be taken meanwhile, no text. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Until its end has been told, an id is on its way, and not asked for twice. */
  pull(transfer: number, transferId: string, isClosing: boolean, { to, room, priority }: OrderedPull): void {
    const file = this.#files.add(transfer, transferId);
    if (!file) return;
    if (to) {
      const stored = (total: number) => this.#host.tell('handleStored', transferId, total);
      // What comes before its code is there waits for that, in order.
      file.sink = import('../sinks/file-sink.js')
        .then(({ FileSink }) => new FileSink(to, file, stored))
        .catch((cause: unknown) => {
          file.fault = cause;
          stored(-1);
          return undefined;
        });
    }
    if (isClosing || this.#host.isOver) {
      this.#fail(transfer, 'not-open');
      this.#host.runCallbacks();
      return;
    }
    this.#host.command('pull', transfer, transferId, to ? (room ?? defaultRoom) : 0);
    // What was asked for at once goes first in any case.
    if (priority) this.#host.command('setPriority', transferId, priority);
  }

  cancel(transferId: string): void {
    this.#host.command('cancelPull', transferId);
  }

  paused({ transfer, isPaused }: ActionOf<'pullPaused'>): void {
    const transferId = this.#files.transferIdOf(transfer);
    if (transferId !== undefined) this.#host.later(() => this.#news.pullPaused(transferId, isPaused));
  }

  findPartial({ transfer, hash, size }: ActionOf<'findPartial'>): void {
    const file = this.#files.get(transfer);
    if (file?.sink) {
      void this.#openSink(file, { hash: hash || undefined, size });
      return;
    }
    const { contents } = this.#tools;
    const found = contents.find(hash, size);
    const answer = (here: Found | undefined): void => {
      const transferId = this.#files.transferIdOf(transfer);
      if (transferId === undefined) {
        // Its transfer has ended meanwhile.
        const bytes = here?.store.first(here.length);
        if (bytes) contents.keep(hash, size, bytes);
        return;
      }
      if (here) this.#files.adopt(transfer, here.store, hash);
      this.#host.tell('handlePartial', transferId, here?.length ?? 0);
    };
    if (isThenable(found)) void found.then(answer);
    else answer(found);
  }

  async #openSink({ transferId, sink }: IncomingFile, file: SinkFile): Promise<void> {
    const have = await (await sink)?.open(file);
    if (have !== undefined) this.#host.tell('handlePartial', transferId, have);
  }

  discardPartial({ transfer }: ActionOf<'discardPartial'>): void {
    void this.#files.get(transfer)?.sink?.then((opened) => opened?.restart());
    const hash = this.#files.discard(transfer);
    if (hash !== undefined) this.#tools.contents.forget(hash);
  }

  receive(chunk: Bytes, lane: number): void {
    this.#chunks.push(chunk);
    this.#host.note('handleBinary', chunk.length, lane);
  }

  storeChunk({ transfer, offset, length, fileSize, soFar, front }: ActionOf<'storeChunk'>): void {
    const chunk = this.#chunks.shift();
    const file = this.#files.get(transfer);
    if (!chunk || !file) return;
    const { transferId, sink } = file;
    if (sink) {
      file.size = fileSize;
      void sink.then((opened) => opened?.put(chunk, offset, front));
    } else if (!this.#files.store(transfer, chunk, offset, fileSize)) {
      this.#host.note('handleStoreFailed', transfer);
      return;
    }
    const before = soFar - length;
    const isStep = Math.floor(before / progressStep) !== Math.floor(soFar / progressStep);
    if (before === 0 || isStep || soFar === fileSize) {
      this.#host.later(() => {
        this.#news.progress('receive', transferId, soFar, fileSize);
      });
    }
  }

  dropChunk(): void {
    this.#chunks.shift();
  }

  finishSink({ transfer }: ActionOf<'finishSink'>): void {
    void this.#files.get(transfer)?.sink?.then((opened) => opened?.finish());
  }

  /** The engine needs the answer before the next text. */
  authorize({ transfer }: ActionOf<'authorize'>): void {
    this.#isAsking = true;
    this.#host.ask(() =>
      this.#news.mayReceive((allowed) => {
        this.#isAsking = false;
        this.#host.note('handleAuthorization', transfer, allowed);
      }),
    );
  }

  async verify({ transfer, claim }: ActionOf<'verify'>): Promise<void> {
    const hash = await this.#files.hash(transfer, this.#tools.hash);
    this.#host.note('handleDigest', transfer, hash);
    const { signer } = this.#tools;
    if (!claim || !signer || this.#host.isOver) return;
    const holds = await signer.holds(claim);
    this.#host.note('handleClaim', transfer, holds);
  }

  end({ transfer, reason, peerReason, file, kept, hash, size }: ActionOf<'downloadEnded'>): void {
    const ended = this.#files.remove(transfer);
    if (!ended) return;
    if (!file) {
      const bytes = kept > 0 ? ended.store?.first(kept) : undefined;
      if (bytes) this.#tools.contents.keep(hash, size, bytes);
      this.#tellFailure(ended, reason, { peerReason, isKept: kept > 0 });
      return;
    }
    const { transferId, sink, result, content = new Uint8Array(0) } = ended;
    this.#host.later(() => {
      this.#files.forget(transferId);
      return sink ? this.#news.received(file, result) : this.#news.delivered(content, file);
    });
  }

  failAll(reason: string): void {
    this.#chunks = [];
    for (const file of this.#files.removeAll()) this.#tellFailure(file, reason, { isKept: true });
  }

  #fail(transfer: number, reason: string): void {
    const file = this.#files.remove(transfer);
    if (file) this.#tellFailure(file, reason);
  }

  #tellFailure(
    { transferId, fault, sink }: IncomingFile,
    reason: string,
    { peerReason = '', isKept = false } = {},
  ): void {
    const error = errorFromEngine(reason, { transferId, fault, peerReason });
    void sink?.then((opened) => opened?.abort(error, isKept));
    this.#host.later(() => {
      this.#files.forget(transferId);
      return this.#news.failed(transferId, error);
    });
  }
}
