import { safeName, type IncomingFile, type Pull } from 'peer-session/transfers';
import type { Connection } from './connection.js';
import { failureOf, isLostOnTheWay } from './failures.js';
import { OFFER_LIFETIME_MS, type Failure, type Local, type Offer, type Party, type Transfer } from './model.js';
import { relativePath } from './relative-path.js';
import type { Saver } from './saver.js';
import { takenUp } from './take-up.js';
import { isCutOff, transferKey, type Store } from './store.js';

/** A file that was accepted, until its end. */
interface Fetch {
  readonly transferId: string;
  readonly peerId: string;
  /** As soon as it is known where the file goes. */
  pull?: Pull<unknown>;
  isGivenUp: boolean;
  /** Who has set it aside last. */
  pausedBy: Party;
}

/** What this side is offered, takes, asks for and gets. */
export class Fetching {
  /** What is offered, by the key of its offer. */
  readonly #files = new Map<string, IncomingFile>();
  readonly #fetches = new Map<string, Fetch>();

  constructor(
    private readonly local: Local,
    private readonly store: Store,
    private readonly connections: ReadonlyMap<string, Connection>,
    private readonly options: { readonly acceptsAutomatically: () => boolean; readonly saver: Saver },
  ) {
    store.offers.subscribe((key) => {
      if (!store.offers.get(key)) this.#files.delete(key);
    });
  }

  offered({ peerId, peerName }: Connection, file: IncomingFile): void {
    const { id: localId, side } = this.local;
    const { id: transferId, size, mime, hash = '' } = file;
    const name = safeName(file.name);
    const path = relativePath(file.extra?.['path'], name);
    const place = path ?? name;
    // Of one whose hash follows it is not known yet what it is.
    const key = `${localId}/${peerId}/${hash || size}/${place}`;
    const isAskedFor =
      this.#wasCutOff(peerId, hash) ||
      this.store.askedFor(side, hash).some((asked) => hash !== '' || asked.name === name);
    const isUnderWay = this.store.offers.get(key)?.state === 'accepted';
    if (!isAskedFor && (isUnderWay || this.store.hasReceived(side, hash, place))) return;
    const offer: Offer = {
      key,
      side,
      localId,
      peerId,
      from: peerName,
      transferId,
      name,
      path,
      size,
      mime,
      hash,
      state: 'waiting',
      expiresAt: Date.now() + OFFER_LIFETIME_MS,
    };
    this.#files.set(key, file);
    this.store.addOffer(offer);
    if (isAskedFor || (this.options.acceptsAutomatically() && !this.#isGivenUp(offer))) this.accept(offer);
  }

  withdrawn(transferId: string): void {
    this.store.offers.deleteWhere((offer) => offer.transferId === transferId && offer.state !== 'accepted');
  }

  /** Takes a file: from here if its content is here, else from who offers it, who is asked anew if the offer ran out. */
  accept(offer: Offer): void {
    const { side, name, hash, mime } = offer;
    const content = this.store.contentOf(side, hash);
    const file = this.#files.get(offer.key);
    if (content) {
      this.store.offers.delete(offer.key);
      this.#receive(content.slice(0, content.size, mime), { ...offer, name });
    } else if (offer.state === 'expired' || !file) {
      this.store.offers.delete(offer.key);
      this.store.ask(startOf(offer));
      this.#seek(offer);
    } else {
      this.store.offers.patch(offer.key, { state: 'accepted' });
      this.store.beginTransfer(startOf(offer));
      void this.#fetch(offer, file);
    }
  }

  /** Says to whoever offers it that it is not wanted. */
  decline(offer: Offer): void {
    this.#files.get(offer.key)?.decline();
    this.store.offers.delete(offer.key);
  }

  /** Tries a transfer again that did not arrive: whoever has the content may bring it, now or when they are here. */
  tryAgain(transfer: Transfer): void {
    const { side, hash } = transfer;
    const content = this.store.contentOf(side, hash);
    if (content) {
      this.store.transfers.delete(transfer.key);
      this.#receive(content, { ...transfer, from: transfer.peerName });
      return;
    }
    this.store.ask(transfer);
    this.#seek(transfer);
  }

  cancel({ transferId }: Transfer): void {
    const fetch = this.#fetches.get(transferId);
    if (!fetch) return;
    fetch.isGivenUp = true;
    fetch.pull?.cancel();
  }

  pause({ transferId }: Transfer): void {
    this.#pause(this.#fetches.get(transferId), 'me');
  }

  resume({ transferId }: Transfer): void {
    this.#fetches.get(transferId)?.pull?.resume();
  }

  /** Whoever sends a file asks for a pause of it, or for its end. */
  pauseAsked(peerId: string, transferId: unknown, isPaused: boolean): void {
    const fetch = this.#fetches.get(String(transferId));
    if (fetch?.peerId !== peerId) return;
    if (isPaused) this.#pause(fetch, 'peer');
    // Whoever has paused it resumes it.
    else if (fetch.pausedBy === 'peer') fetch.pull?.resume();
  }

  forgetOffersOf(peerId: string): void {
    this.store.offers.deleteWhere((offer) => offer.localId === this.local.id && offer.peerId === peerId);
  }

  /** What ended with that person's page goes on by itself when they are back, as after a reload. */
  #wasCutOff(peerId: string, hash: string): boolean {
    return this.store.transfers
      .values()
      .some((each) => each.peerId === peerId && each.side === this.local.side && each.hash === hash && isCutOff(each));
  }

  /** This side has cancelled it, and says itself if it is to come after all. */
  #isGivenUp({ side, hash, name }: Offer): boolean {
    return this.store.transfers
      .values()
      .filter((each) => each.direction === 'receive' && each.side === side)
      .some((each) => each.hash === hash && each.name === name && each.state === 'cancelled' && each.by === 'me');
  }

  #pause(fetch: Fetch | undefined, by: Party): void {
    if (!fetch?.pull || fetch.pull.state === 'paused') return;
    fetch.pausedBy = by;
    fetch.pull.pause();
  }

  async #fetch(offer: Offer, file: IncomingFile): Promise<void> {
    const { transferId, peerId } = offer;
    const fetch: Fetch = { transferId, peerId, isGivenUp: false, pausedBy: 'me' };
    this.#fetches.set(transferId, fetch);
    try {
      const { to } = await this.options.saver.open(offer);
      const pull = file.pull({ to: takenUp(to, offer) ?? null });
      fetch.pull = pull;
      if (fetch.isGivenUp) pull.cancel();
      void this.#show(fetch, pull);
      const result = await pull;
      const blob = await this.options.saver.finished(offer, result);
      this.#end(offer);
      this.#receive(blob, { ...offer, hash: file.hash ?? offer.hash });
    } catch (thrown) {
      if (fetch.pull || !isAbort(thrown)) this.#end(offer, failureOf(thrown));
      else this.#putBack(offer);
    }
  }

  /** Nobody was asked for it: a picker was closed without a choice. */
  #putBack(offer: Offer): void {
    this.#fetches.delete(offer.transferId);
    this.store.transfers.delete(this.#key(offer.transferId));
    this.store.offers.patch(offer.key, { state: 'waiting' });
  }

  async #show(fetch: Fetch, pull: Pull<unknown>): Promise<void> {
    const key = this.#key(fetch.transferId);
    for await (const { bytes } of pull.progress()) {
      this.store.setPaused(key, pull.state === 'paused' ? fetch.pausedBy : undefined);
      this.store.progress(key, bytes);
    }
  }

  #end(offer: Offer, failure?: Failure): void {
    const { transferId } = offer;
    this.#fetches.delete(transferId);
    const key = this.#key(transferId);
    if (failure && isLostOnTheWay(failure)) this.store.ask(startOf(offer), failure.code);
    else this.store.endTransfer(key, failure);
    // A second offer of the same file may have come meanwhile, under another id.
    this.store.offers.deleteWhere((each) => each.side === this.local.side && each.transferId === transferId);
  }

  /** From whoever offers that content at the moment, else from everyone, whose offer is then taken by itself. */
  #seek({ hash, name }: Pick<Offer, 'hash' | 'name'>): void {
    const offers = this.store.offers
      .values()
      .filter((each) => each.side === this.local.side && each.hash === hash && (hash !== '' || each.name === name));
    const waiting = offers.find(({ state }) => state === 'waiting');
    if (waiting) {
      this.accept(waiting);
      return;
    }
    if (hash === '') return;
    for (const connection of this.connections.values()) if (connection.isConnected) connection.request(hash);
  }

  #receive(blob: Blob, { name, path, hash, from }: Pick<Offer, 'name' | 'path' | 'hash' | 'from'>): void {
    const { side } = this.local;
    this.store.addReceived(side, { blob, name, path, hash, from });
    // One content answers every wish for it.
    for (const asked of this.store.askedFor(side, hash)) {
      this.store.transfers.delete(asked.key);
      this.store.addReceived(side, { blob, name: asked.name, path: asked.path, hash, from });
    }
  }

  #key(transferId: string): string {
    return transferKey('receive', this.local.side, transferId);
  }
}

const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';

function startOf({ side, peerId, from, transferId, name, path, hash, size }: Offer) {
  return { direction: 'receive' as const, side, peerId, peerName: from, transferId, name, path, hash, size };
}
