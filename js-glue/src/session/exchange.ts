import { errorFromEngine, PeerSessionError } from '../api/errors.js';
import type { SessionState, TransferDirection } from '../api/events.js';
import type { Clock, PeerSessionOptions, WireTap } from '../api/options.js';
import type { PartialStore } from '../api/partial-store.js';
import type { FileSource, SendFileOptions } from '../api/source.js';
import type { ReceivedBlob, SessionStats } from '../api/types.js';
import type { Bytes } from '../basics/bytes.js';
import type { BroughtChannels } from '../connection/brought-channels.js';
import type { Connection, ConnectionEvents } from '../connection/connection.js';
import type { FileDescription } from '../engine/file-description.js';
import { BlobReader } from '../files/blob-reader.js';
import { HeldContents } from '../files/held-contents.js';
import { MemoryPartialStore } from '../files/memory-partial-store.js';
import { sha256 } from '../files/sha256.js';
import type { LaneMeans } from '../lanes/lanes.js';
import type * as OfferSource from '../sources/offer-source.js';
import type { OfferHooks } from '../sources/offering.js';
import { newTransferId } from '../transfers/transfer-id.js';
import type { OfferedFile } from '../transfers/uploads.js';
import { optionalNumber, optionalText, requireBlob, requireObject } from './arguments.js';
import type { DriverEvents } from './channel-driver.js';
import { theDrivers, type Driver } from './driver.js';
import { toEngineOptions } from './engine-options.js';
import { Log } from './log.js';
import type { NamedSigner } from './session-setup.js';

/** What becomes of an exchange, told among the application's callbacks unless it says otherwise: whoever is told may throw or call back in. */
export interface ExchangeNews extends Omit<
  DriverEvents,
  'connected' | 'lost' | 'interrupted' | 'resumed' | 'over' | 'ended' | 'delivered' | 'uploadEnded' | 'progress'
> {
  progress(direction: TransferDirection, transferId: string, bytes: number, size: number): void;
  /** It is another one. */
  state(state: SessionState): void;
  /** After that, for the first time. */
  opened(): unknown;
  delivered(blob: ReceivedBlob, file: FileDescription): unknown;
  uploadEnded(transferId: string, error: PeerSessionError | undefined, receipt: 'sent' | 'delivered'): void;
}

/** What an exchange is made of. */
export interface ExchangeParts {
  /** Checked. */
  options: PeerSessionOptions;
  /** Of the other side, in the log. */
  peerName: string;
  createdAt: number | undefined;
  signer: NamedSigner | undefined;
  /** What those that share it know of each other; nothing: it is alone. */
  group: object | false | null | undefined;
  means: LaneMeans;
  connect: (
    events: Omit<ConnectionEvents, 'signal'>,
    about: { epoch: string; patience: number },
  ) => Connection | BroughtChannels;
  news: ExchangeNews;
}

let sources: Promise<typeof OfferSource> | undefined;

/** Of the sessions that there are, for what else is done over them. */
export const exchanges = new WeakMap<object, Exchange>();

/**
 * The exchange of files with one peer, over one channel after the other: what `PeerSession` and `Transfers` are both made of. Each of
 * them says in its own way what it is told, and asks for what its users ask of it.
 */
export class Exchange {
  readonly driver: Driver;
  readonly connection: Connection | BroughtChannels;
  readonly log: Log;
  readonly clock: Clock;
  /** Who is told. Whoever else wants to know puts functions of its own in the place of these, and calls them. */
  readonly news: ExchangeNews;
  readonly #options: PeerSessionOptions;
  readonly #held: HeldContents;
  #state: SessionState = 'connecting';
  /** Of a TURN server. */
  #refusal: PeerSessionError | undefined;

  /** @throws PeerSessionError where engine or connection cannot be made. */
  constructor({ options, peerName, createdAt, signer, group, means, connect, news }: ExchangeParts) {
    this.news = news;
    this.#options = options;
    this.log = new Log(options, peerName);
    this.clock = means.clock;
    const drivers = theDrivers();
    // As hard to guess as an id.
    const epoch = newTransferId();
    const engine = toEngineOptions(drivers.defaults(), options, createdAt, signer?.signerId, epoch);
    this.#held = group ? HeldContents.of(group) : new HeldContents();
    this.connection = connect(this.#connectionEvents(), { epoch, patience: engine.connectTimeout });
    try {
      this.driver = drivers.make({
        ...means,
        events: this.#driverEvents(),
        options,
        engine,
        group: group || undefined,
        tap: wireTap(this.log, options.onWireMessage),
        signer,
        held: this.#held,
        partial: partialStore(options, group),
      });
    } catch (failure) {
      this.connection.close(false);
      throw failure;
    }
  }

  get state(): SessionState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.driver.isOpen;
  }

  get stats(): SessionStats | undefined {
    return this.driver.stats();
  }

  /** Returns the offer's id, or why it could not be made. */
  offerBlob(blob: Blob, file: OfferedFile): string | PeerSessionError {
    const offered = this.isConnected
      ? this.driver.offer({ open: (start) => new BlobReader(blob, start), parts: { blob } }, blob.size, file)
      : new PeerSessionError('not-open');
    this.log.write('debug', 'transfer', 'offered', offered);
    if (typeof offered === 'string') this.#held.add(file.hash.toLowerCase(), blob);
    return offered;
  }

  /**
   * Offers a file from wherever it comes. Resolves with the offer's id; with undefined when it could not be offered, which has been told.
   *
   * @param hooks - Nothing without one: an id of its own, and what cannot be offered at once has failed.
   * @throws TypeError, as a rejection, for a wrong argument.
   */
  async offerSource(
    source: FileSource,
    given: SendFileOptions | null | undefined,
    hooks?: OfferHooks,
  ): Promise<string | undefined> {
    const fail = (code: string, cause?: unknown) => {
      const transferId = hooks?.transferId ?? newTransferId();
      if (this.#state !== 'closed') this.#endUpload(transferId, errorFromEngine(code, { transferId, fault: cause }));
    };
    // One promise for all, so that what was offered first goes first: those of `import()` may resolve in any order.
    const chunk = await (sources ??= import('../sources/offer-source.js')).catch((cause: unknown) => {
      sources = undefined;
      fail('unreadable', cause);
    });
    const checks = { requireObject, requireBlob, optionalText, optionalNumber };
    return chunk?.offerSource(source, given, checks, {
      session: this,
      driver: this.driver,
      options: this.#options,
      hash: sha256,
      fail,
      hooks,
    });
  }

  #driverEvents(): DriverEvents {
    const { log } = this;
    const fail = (transferId: string, error: PeerSessionError): unknown => {
      log.write('warn', 'transfer', error.message, error);
      return this.news.failed(transferId, error);
    };
    // What is not among these is told as it is.
    return Object.assign(Object.create(this.news) as ExchangeNews, {
      connected: () => {
        log.write('info', 'session', 'is open', { maxMessageSize: this.connection.maxMessageSize });
        this.#enter('open');
        return this.news.opened();
      },
      lost: () => {
        this.connection.renew();
      },
      interrupted: () => {
        log.write('info', 'session', 'is interrupted');
        this.#enter('interrupted');
      },
      resumed: () => {
        log.write('info', 'session', 'is open again');
        this.#enter('open');
      },
      withdrawn: (transferId) => {
        log.write('debug', 'transfer', 'is withdrawn', transferId);
        return this.news.withdrawn(transferId);
      },
      offer: (offer) => {
        log.write('debug', 'transfer', 'is offered', offer);
        return this.news.offer(offer);
      },
      delivered: (content, file) => {
        const { transferId } = file;
        let blob: ReceivedBlob;
        try {
          blob = toReceivedBlob(content, file);
        } catch (cause) {
          return fail(transferId, new PeerSessionError('out-of-memory', { cause, transferId }));
        }
        log.write('debug', 'transfer', 'received', transferId);
        this.#held.add(file.hash, blob);
        return this.news.delivered(blob, file);
      },
      received: (file, result) => {
        log.write('debug', 'transfer', 'received', file.transferId);
        return this.news.received(file, result);
      },
      failed: fail,
      uploadEnded: (transferId, error, isDelivered) => {
        this.#endUpload(transferId, error, isDelivered ? 'delivered' : 'sent');
      },
      reported: (error) => {
        // Without its relay, two peers may have no way to each other.
        const cause = error.code === 'connect-timeout' && this.#refusal;
        this.#report(cause ? new PeerSessionError(error.code, { cause }) : error);
      },
      over: (channelCloses) => {
        this.connection.close(channelCloses);
      },
      ended: () => {
        this.#enter('closed');
      },
      closed: () => {
        log.write('info', 'session', 'is closed');
        this.news.closed();
      },
    } satisfies Partial<DriverEvents>);
  }

  #connectionEvents(): Omit<ConnectionEvents, 'signal'> {
    const { log } = this;
    return {
      channel: (channel, usable) => {
        log.write('debug', 'channel', 'is attached', channel.label);
        return this.driver.attach(channel, usable, () => this.connection.maxMessageSize);
      },
      replacing: () => {
        this.driver.detach();
      },
      connecting: (signal) => {
        if (signal) log.write('debug', 'signal', 'in', signal.type);
        this.driver.connecting();
      },
      described: () => {
        this.driver.described();
      },
      replaced: () => {
        this.driver.replaced();
      },
      lost: (failure) => {
        this.driver.lost(failure);
      },
      state: (state) => {
        log.write('debug', 'channel', 'connection is', state);
      },
      serverFailed: (what) => {
        log.write('debug', 'channel', 'a server failed', what);
      },
      reported: (error) => {
        if (error.code === 'turn-unauthorized') this.#refusal = error;
        this.#report(error);
      },
    };
  }

  #endUpload(transferId: string, error?: PeerSessionError, receipt: 'delivered' | 'sent' = 'sent'): void {
    if (error) this.log.write('warn', 'transfer', error.message, error);
    else this.log.write('debug', 'transfer', receipt, transferId);
    this.news.uploadEnded(transferId, error, receipt);
  }

  #enter(state: SessionState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.news.state(state);
  }

  #report(error: PeerSessionError): void {
    this.log.write('warn', 'session', error.message, error);
    this.news.reported(error);
  }
}

/** What all sessions of a group use that are given none. */
const partialStores = new WeakMap<object, PartialStore>();

function partialStore({ partialStore: given, clock }: PeerSessionOptions, group: unknown): PartialStore | undefined {
  if (given !== undefined) return given || undefined;
  if (typeof group !== 'object' || group === null) return new MemoryPartialStore({ clock });
  const there = partialStores.get(group) ?? new MemoryPartialStore({ clock });
  partialStores.set(group, there);
  return there;
}

/** Messages come by the thousand: unless they are to be logged, the log is not even asked. */
function wireTap(log: Log, tap: WireTap | undefined): WireTap | undefined {
  if (!log.tells('debug', 'wire')) return tap;
  return (direction, message) => {
    log.write('debug', 'wire', direction, message);
    return tap?.(direction, message);
  };
}

function toReceivedBlob(content: Bytes | Blob, file: FileDescription): ReceivedBlob {
  const blob = 'stream' in content ? content : new Blob([content], { type: file.mime });
  return Object.assign(blob, { fileHash: file.hash });
}
