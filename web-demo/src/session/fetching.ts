import { safeName, type OfferMessage } from 'peer-session';
import type { Connection, Failure } from './connection.js';
import { OFFER_LIFETIME_MS, type Local, type Offer, type Transfer } from './model.js';
import { transferKey, type Store } from './store.js';

/** What this side is offered, takes, asks for and gets. */
export class Fetching {
  constructor(
    private readonly local: Local,
    private readonly store: Store,
    private readonly connections: ReadonlyMap<string, Connection>,
    private readonly acceptsAutomatically: () => boolean,
  ) {}

  offered(peerId: string, from: string, { transferId, name: sentName, size, mime, hash }: OfferMessage): void {
    const { id: localId, side } = this.local;
    const name = safeName(sentName);
    const key = `${localId}/${peerId}/${hash}/${name}`;
    const isAskedFor = this.store.askedFor(side, hash).length > 0;
    const isUnderWay = this.store.offers.get(key)?.state === 'accepted';
    if (!isAskedFor && (isUnderWay || this.store.hasReceived(side, hash, name))) return;
    const offer: Offer = {
      key,
      side,
      localId,
      peerId,
      from,
      transferId,
      name,
      size,
      mime,
      hash,
      state: 'waiting',
      expiresAt: Date.now() + OFFER_LIFETIME_MS,
    };
    this.store.addOffer(offer);
    if (isAskedFor || this.acceptsAutomatically()) this.accept(offer);
  }

  /** Takes a file: from here if its content is here, else from who offers it, who is asked anew if the offer ran out. */
  accept(offer: Offer): void {
    const { side, peerId, from, transferId, name, hash, size, mime } = offer;
    const start = { direction: 'receive' as const, side, peerName: from, transferId, name, hash, size };
    const content = this.store.contentOf(side, hash);
    if (content) {
      this.store.offers.delete(offer.key);
      this.#receive(content.slice(0, content.size, mime), name, hash, from);
    } else if (offer.state === 'expired') {
      this.store.offers.delete(offer.key);
      this.store.ask(start);
      this.#seek(hash);
    } else {
      this.store.offers.patch(offer.key, { state: 'accepted' });
      this.store.beginTransfer(start);
      this.connections.get(peerId)?.pull(transferId);
    }
  }

  /** Tries a failed transfer again: whoever has the content may bring it, now or when they are here. */
  tryAgain(transfer: Transfer): void {
    const { side, hash, name, peerName } = transfer;
    const content = this.store.contentOf(side, hash);
    if (content) {
      this.store.transfers.delete(transfer.key);
      this.#receive(content, name, hash, peerName);
      return;
    }
    this.store.ask(transfer);
    this.#seek(hash);
  }

  progress(transferId: string, bytes: number): void {
    this.store.progress(transferKey('receive', this.local.side, transferId), bytes);
  }

  received(blob: Blob, name: string, hash: string, from: string): void {
    this.#receive(blob, safeName(name), hash, from);
  }

  ended(transferId: string, failure?: Failure): void {
    this.store.endTransfer(transferKey('receive', this.local.side, transferId), failure?.message);
    // A second offer of the same file may have come meanwhile, under another id.
    this.store.offers.deleteWhere((offer) => offer.side === this.local.side && offer.transferId === transferId);
  }

  forgetOffersOf(peerId: string): void {
    this.store.offers.deleteWhere((offer) => offer.localId === this.local.id && offer.peerId === peerId);
  }

  /** From whoever offers that content at the moment, else from everyone, whose offer is then taken by itself. */
  #seek(hash: string): void {
    const offers = this.store.offers.values().filter((each) => each.side === this.local.side && each.hash === hash);
    const waiting = offers.find(({ state }) => state === 'waiting');
    if (waiting) {
      this.accept(waiting);
      return;
    }
    for (const connection of this.connections.values()) if (connection.isConnected) connection.request(hash);
  }

  #receive(blob: Blob, name: string, hash: string, from: string): void {
    const { side } = this.local;
    this.store.addReceived(side, { blob, name, hash, from });
    // One content answers every wish for it.
    for (const asked of this.store.askedFor(side, hash)) {
      this.store.transfers.delete(asked.key);
      this.store.addReceived(side, { blob, name: asked.name, hash, from });
    }
  }
}
