import { errorFromEngine, PeerSessionError, type PeerSessionErrorCode } from '../api/errors.js';
import { OfferWithdrawnEvent, SessionErrorEvent, StateChangeEvent, type SessionState } from '../api/events.js';
import { safeName } from '../api/safe-name.js';
import { IncomingFileEvent, TransferChangeEvent, type TransfersEventMap } from '../api/transfer-events.js';
import type { FileSource } from '../api/source.js';
import type {
  IncomingFile,
  IncomingPullOptions,
  Offer,
  OfferOptions,
  Pull,
  TransfersOptions,
} from '../api/transfers.js';
import type { AttachOptions, OfferMessage, ReceivedBlob, SessionStats } from '../api/types.js';
import { Deferred } from '../basics/deferred.js';
import { disposeSymbol } from '../basics/dispose.js';
import type { FileDescription } from '../engine/file-description.js';
import { requireChannel } from '../session/arguments.js';
import { Exchange, exchanges, type ExchangeNews } from '../session/exchange.js';
import type { PeerSession } from '../session/peer-session.js';
import { newTransferId } from '../transfers/transfer-id.js';
import { checkOffer, checkPull } from './checks.js';
import { exchangeOver } from './exchange-over.js';
import { handOverEarly } from './file-channel.js';
import { OwnOffer, type OfferOwner } from './own-offer.js';
import { PeerOffer, type PeerOfferOwner } from './peer-offer.js';
import { PeerOffers } from './peer-offers.js';
import { RunningPull, type PullOwner } from './running-pull.js';

/** Of sessions that have been asked for theirs. */
const ofSessions = new WeakMap<Exchange, Transfers>();

/** What is not over. @internal */
export let itemsOf: (transfers: Transfers) => Iterable<Offer | IncomingFile | Pull<unknown>>;

/** Errors that end an exchange, and so say why it is over. */
const endings: ReadonlySet<PeerSessionErrorCode> = new Set([
  'connect-timeout',
  'connection-failed',
  'channel-error',
  'peer-replaced',
  'engine-failed',
]);

/**
 * The files that go to and from one peer, over a channel of yours: any ordered, reliable `RTCDataChannel`, or what looks like one, in a
 * page, a Worker or Node. The other side has one of these, too, or any other peer of this kind.
 *
 * The channel is its alone: nothing else is said on it, and `close()` closes it. It makes no connection, and has no ICE servers: those of
 * the channel's connection are used, or with `Transfers.of(session)` the session's.
 *
 * @example
 * ```ts
 * const [near, far] = await dataChannels();
 * const alice = new Transfers(near);
 * const bob = new Transfers(far);
 * ```
 */
export class Transfers extends EventTarget {
  static {
    itemsOf = (it) => [...it.#offers.values(), ...it.#peerOffers.all(), ...it.#pulls.values()];
  }

  /** Resolves when the channel is open, for the first time; rejects with the reason when it never will be. Nobody has to look at it. */
  readonly ready: Promise<void>;
  /** Resolves when it is over, and all has been settled. */
  readonly closed: Promise<void>;
  /**
   * What the peer offers, in order: `for await (const file of transfers.incoming)`. It ends with the exchange. Those that nobody has asked
   * for yet wait, at most 131,072 and 64 MiB of what is said of them; what is withdrawn, or pulled otherwise, does not come. Each goes to
   * one of those who iterate, and to all who listen to `incoming` events.
   */
  readonly incoming: AsyncIterable<IncomingFile>;

  readonly #exchange: Exchange;
  readonly #ready = new Deferred<void>();
  readonly #closed = new Deferred<void>();
  readonly #offers = new Map<string, OwnOffer>();
  readonly #pulls = new Map<string, RunningPull>();
  readonly #peerOffers = new PeerOffers((offer) => {
    offer.enter('gone');
    this.dispatchEvent(new SessionErrorEvent(new PeerSessionError('over-budget', { transferId: offer.id })));
  });
  readonly #ownerOfOffers: OfferOwner;
  readonly #ownerOfPeerOffers: PeerOfferOwner;
  readonly #ownerOfPulls: PullOwner;
  /** Told when there is a channel, or will be none. */
  #waitingForChannel: (() => void)[] = [];
  #gate: Promise<void> = Promise.resolve();
  #reason: PeerSessionErrorCode = 'closed';

  /**
   * @param channel - Open, or about to be.
   * @param options - Limits, timeouts, logger.
   * @throws TypeError for a wrong argument, a channel that is unordered or unreliable among them.
   * @throws {@link PeerSessionError} `webassembly-unavailable` where the engine cannot run.
   */
  constructor(channel: RTCDataChannel, options?: TransfersOptions | null);
  /** @internal */
  constructor(channel: RTCDataChannel | Exchange, options?: TransfersOptions | null) {
    super();
    const isOfSession = channel instanceof Exchange;
    if (!isOfSession) requireChannel(channel, undefined);
    this.#exchange = isOfSession ? channel : exchangeOver(channel.label || 'channel', options);
    const clock = this.#exchange.clock;
    this.ready = this.#ready.promise;
    this.closed = this.#closed.promise;
    this.incoming = this.#peerOffers;
    const changed = (item: Offer | IncomingFile | Pull<unknown>): void => {
      this.#changed(item);
    };
    const { driver } = this.#exchange;
    this.#ownerOfOffers = { clock, changed, withdraw: (offer) => this.#withdraw(offer) };
    this.#ownerOfPeerOffers = {
      changed,
      pull: (offer, given) => this.#pull(offer, given),
      decline: ({ id }, reason) => {
        this.#peerOffers.remove(id);
        driver.decline(id, reason);
      },
    };
    this.#ownerOfPulls = {
      clock,
      changed,
      cancel: ({ file }) => driver.cancelPull(file.id),
      pause: ({ file }) => driver.pausePull(file.id),
      resume: ({ file }) => driver.resumePull(file.id),
      prioritize: ({ file, priority }) => driver.setPriority(file.id, priority),
    };
    this.#listen();
    if (!isOfSession) this.reattach(channel, { maxMessageSize: options?.maxMessageSize });
  }

  /**
   * The transfers of a session, which makes its connection itself and anew. What is pulled here goes to whoever pulled it, and not to
   * `onImage`; all else of the session is as it was. What was offered before the first call is not known here. The same for each call.
   *
   * @throws TypeError for what is no session of this entry.
   */
  static of(session: PeerSession): Transfers {
    const exchange = exchanges.get(session);
    if (!exchange) throw new TypeError('session must be a PeerSession of peer-session/transfers');
    const there = ofSessions.get(exchange) ?? new Transfers(exchange as never);
    ofSessions.set(exchange, there);
    return there;
  }

  /** `connecting` until the channel is open; `interrupted` while it is lost and another one may come. */
  get state(): SessionState {
    return this.#exchange.state;
  }

  /** What is held at the moment; nothing once it is closed. */
  get stats(): SessionStats | undefined {
    return this.#exchange.stats;
  }

  /**
   * Offers a file of any size, from wherever it comes; it is read when the peer pulls it, piece by piece. May be called at any time: it
   * is told to the peer when there is a channel.
   *
   * @throws TypeError for a wrong argument.
   */
  offer(file: FileSource, options?: OfferOptions | null): Offer {
    const { name, size, extra, signal, given } = checkOffer(file, options);
    const id = newTransferId();
    const offer = new OwnOffer(this.#ownerOfOffers, id, name, size, signal);
    this.#changed(offer);
    if (signal?.aborted) {
      offer.end(new PeerSessionError('withdrawn', { transferId: id }));
    } else if (this.state === 'closed') {
      offer.end(errorFromEngine(this.#reason, { transferId: id }));
    } else {
      this.#offers.set(id, offer);
      void this.#announce(offer, file, given, extra);
    }
    return offer;
  }

  /**
   * Brings the next channel, when the one before is lost: within `recoveryTimeout` all goes on where it was. One that is not known to be
   * lost yet counts as lost. After the end it is closed.
   *
   * @throws TypeError as the constructor.
   */
  reattach(channel: RTCDataChannel, given?: AttachOptions | null): void {
    const limit = requireChannel(channel, given);
    const { connection, driver } = this.#exchange;
    if (!('attach' in connection)) throw new TypeError('This session makes its channels itself');
    if (this.state === 'open') driver.lost(true);
    // One that was brought and has not opened may be lost, too: it would be taken for the channel of this exchange.
    driver.detach();
    connection.attach(channel, limit);
    handOverEarly(channel);
  }

  /** Resolves when nothing is under way to the peer, or it is over. Never rejects. */
  drained(): Promise<void> {
    return this.#exchange.driver.drained();
  }

  /** The end: everything pending is settled before this returns, and the channel closed. Calling it again does nothing. */
  close(): void {
    this.#exchange.driver.close();
  }

  /** `using transfers = …` closes it at the end of the block. */
  [disposeSymbol](): void {
    this.close();
  }

  /** As of every `EventTarget`; its own events come with their types. */
  override addEventListener<K extends keyof TransfersEventMap>(
    type: K,
    listener: ((event: TransfersEventMap[K]) => unknown) | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As of every `EventTarget`. */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    // The overloads above say which event a listener gets; the base class knows only Event.
    listener: ((event: never) => unknown) | EventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  /** What becomes of this exchange is told here first, and then to whoever was told before. */
  #listen(): void {
    const { news } = this.#exchange;
    const before = { ...news };
    Object.assign(news, {
      state: (state) => {
        before.state(state);
        this.#enter(state);
      },
      opened: () => before.opened(),
      offer: (offer) => {
        this.#offered(offer);
        return before.offer(offer);
      },
      withdrawn: (id) => {
        this.#peerOffers.get(id)?.enter('gone');
        this.#peerOffers.remove(id);
        this.dispatchEvent(new OfferWithdrawnEvent(id));
        return before.withdrawn(id);
      },
      delivered: (blob, file) => {
        const pull = this.#pulls.get(file.transferId);
        if (!pull) return before.delivered(blob, file);
        try {
          this.#deliver(pull, toFile(blob, file), file);
        } catch (cause) {
          this.#endPull(pull);
          pull.fail(new PeerSessionError('out-of-memory', { cause, transferId: file.transferId }));
        }
        return undefined;
      },
      received: (file, result) => {
        const pull = this.#pulls.get(file.transferId);
        if (!pull) return before.received(file, result);
        this.#deliver(pull, result, file);
        return undefined;
      },
      failed: (id, error) => {
        const pull = this.#pulls.get(id);
        if (!pull) return before.failed(id, error);
        this.#endPull(pull);
        pull.fail(error);
        return undefined;
      },
      pulled: (id) => {
        this.#offers.get(id)?.pull();
        return before.pulled(id);
      },
      pullPaused: (id, isPaused) => {
        this.#pulls.get(id)?.setPaused(isPaused);
        return before.pullPaused(id, isPaused);
      },
      uploadEnded: (id, error, receipt) => {
        const offer = this.#offers.get(id);
        this.#offers.delete(id);
        offer?.end(error ?? (receipt === 'sent' ? new PeerSessionError('unconfirmed', { transferId: id }) : undefined));
        before.uploadEnded(id, error, receipt);
      },
      progress: (direction, id, bytes, size) => {
        (direction === 'send' ? this.#offers : this.#pulls).get(id)?.move(bytes, size);
        before.progress(direction, id, bytes, size);
      },
      reported: (error) => {
        if (endings.has(error.code)) this.#reason = error.code;
        this.dispatchEvent(new SessionErrorEvent(error));
        before.reported(error);
      },
      closed: () => {
        before.closed();
        this.#end();
      },
    } satisfies Partial<ExchangeNews>);
    if (this.state === 'closed') this.#end();
    else if (this.state !== 'connecting') this.#ready.resolve();
  }

  #enter(state: SessionState): void {
    if (state === 'open') this.#ready.resolve();
    if (state !== 'interrupted') for (const go of this.#waitingForChannel.splice(0)) go();
    this.dispatchEvent(new StateChangeEvent(state));
  }

  #end(): void {
    // What was never told to the peer is not the engine's to settle.
    for (const offer of this.#offers.values()) offer.end(errorFromEngine(this.#reason, { transferId: offer.id }));
    this.#offers.clear();
    for (const offer of this.#peerOffers.end()) offer.enter('gone');
    this.#ready.reject(new PeerSessionError(this.#reason));
    this.#closed.resolve();
    this.dispatchEvent(new Event('close'));
  }

  // --- Own offers -----------------------------------------------------------------------------------------------------

  async #announce(offer: OwnOffer, file: FileSource, given: OfferOptions, extra: string | undefined): Promise<void> {
    const { id } = offer;
    try {
      const offered = await this.#exchange.offerSource(file, given, {
        transferId: id,
        extra,
        isWanted: () => !offer.isOver,
        connected: () => this.#connected(),
      });
      if (offered === undefined) return;
      // It may have been withdrawn by whoever saw it go out.
      if (offer.isOver) this.#exchange.driver.withdraw(id);
      else offer.announce();
    } catch (failure) {
      this.#offers.delete(id);
      offer.end(failure as Error);
    }
  }

  /** One after the other, so that what was offered first, and is ready, is told first. */
  #connected(): Promise<void> {
    return (this.#gate = this.#gate.then(() => this.#untilConnected()));
  }

  async #untilConnected(): Promise<void> {
    if (this.#exchange.isConnected || this.state === 'closed') return;
    await new Promise<void>((resolve) => this.#waitingForChannel.push(resolve));
  }

  #withdraw(offer: OwnOffer): void {
    if (offer.state === 'preparing') {
      this.#offers.delete(offer.id);
      offer.end(new PeerSessionError('withdrawn', { transferId: offer.id }));
    } else {
      this.#exchange.driver.withdraw(offer.id);
    }
  }

  // --- Offers of the peer ---------------------------------------------------------------------------------------------

  #offered(message: OfferMessage): void {
    if (this.#peerOffers.get(message.transferId)) return;
    const offer = new PeerOffer(this.#ownerOfPeerOffers, message);
    this.#peerOffers.add(offer, message.name.length + message.mime.length + (message.extra?.length ?? 0));
    this.#changed(offer);
    this.dispatchEvent(new IncomingFileEvent(offer));
  }

  #pull(offer: PeerOffer, options: IncomingPullOptions | null | undefined): RunningPull {
    const { target, signal, priority } = checkPull(options);
    const pull = new RunningPull(this.#ownerOfPulls, offer, priority, signal);
    const refusal = this.#refusal(offer, signal);
    if (refusal) {
      pull.fail(refusal);
      return pull;
    }
    this.#peerOffers.see(offer.id);
    this.#pulls.set(offer.id, pull);
    offer.begin(pull);
    this.#changed(pull);
    this.#exchange.driver.pull(offer.id, { ...target, priority });
    return pull;
  }

  /** Why it is not even asked for. */
  #refusal({ id, state }: PeerOffer, signal: AbortSignal | undefined): PeerSessionError | undefined {
    const transferId = id;
    if (signal?.aborted) return new PeerSessionError('cancelled', { transferId });
    if (this.state === 'closed') return new PeerSessionError(this.#reason, { transferId });
    // The peer knows no such offer any more.
    if (state === 'gone' || state === 'declined') {
      return new PeerSessionError('aborted-by-peer', { transferId, peerReason: 'withdrawn' });
    }
    return undefined;
  }

  #deliver(pull: RunningPull, result: unknown, { hash }: FileDescription): void {
    this.#endPull(pull, hash);
    pull.deliver(result);
  }

  #endPull({ file }: RunningPull, hash?: string): void {
    this.#pulls.delete(file.id);
    file.end(hash);
    if (hash !== undefined) this.#peerOffers.remove(file.id);
  }

  #changed(item: Offer | IncomingFile | Pull<unknown>): void {
    this.dispatchEvent(new TransferChangeEvent(item));
  }
}

/** With a name that it can be saved under. */
function toFile(blob: ReceivedBlob, { name, mime }: FileDescription): File {
  return new File([blob], safeName(name), { type: mime });
}
