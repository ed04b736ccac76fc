import { safeName, type SignalMessage } from 'peer-session';
import { nickname } from '../util/nickname.js';
import { Connection, type ConnectionContext, type Failure, type OfferMessage } from './connection.js';
import { OFFER_LIFETIME_MS, type Local, type Offer, type SharedFile } from './model.js';
import { transferKey, type Store } from './store.js';

const NAME_LIFETIME_MS = 6 * OFFER_LIFETIME_MS;

// These come before the first byte, but only after a pull.
const READ_FAILURES: ReadonlySet<string> = new Set(['unreadable', 'read-timeout']);

interface SentOffer {
  readonly peerId: string;
  readonly name: string;
  readonly hash: string;
  readonly size: number;
  readonly at: number;
}

/** This side's connections to everyone in the room, and what they have to do with the store. */
export class Hub {
  readonly #connections = new Map<string, Connection>();
  readonly #wanted = new Set<string>();
  readonly #sent = new Map<string, SentOffer>();

  constructor(
    private readonly context: ConnectionContext,
    private readonly store: Store,
    private readonly options: {
      readonly acceptsAutomatically: () => boolean;
      readonly nameOf?: (peerId: string) => string;
      /** What this side offers, which in loopback is not everything the page shares. */
      readonly shared: () => Iterable<SharedFile>;
    },
  ) {}

  get local(): Local {
    return this.context.local;
  }

  addPeer(peerId: string): void {
    if (this.#connections.has(peerId)) return;
    const name = this.options.nameOf?.(peerId) ?? nickname(peerId);
    const key = this.#key(peerId);
    this.store.peers.set({ key, localId: this.local.id, peerId, name, state: 'connecting' });
    const connection: Connection = new Connection(peerId, name, this.context, {
      connected: () => {
        this.store.peers.patch(key, { state: 'connected' });
        for (const shared of this.options.shared()) this.#offer(peerId, shared);
      },
      lost: () => {
        this.store.peers.patch(key, { state: 'lost' });
        this.#forgetOffersOf(peerId);
      },
      offered: (offer) => this.#offered(peerId, name, offer),
      requested: (hash) => {
        for (const shared of this.options.shared()) if (shared.hash === hash) this.#offer(peerId, shared);
      },
      progress: (direction, transferId, bytes) => {
        if (direction === 'send') this.#beginSend(transferId);
        this.store.progress(transferKey(direction, this.local.id, transferId), bytes);
      },
      ended: (direction, transferId, failure) => this.#ended(direction, transferId, failure),
      received: (blob, fileName, hash) => {
        this.store.received.set({ key: `${this.local.id}/${hash}`, blob, name: safeName(fileName), hash, from: name });
      },
      problem: (text) => this.store.report(`${name}: ${text}`),
    });
    this.#connections.set(peerId, connection);
  }

  removePeer(peerId: string): void {
    const connection = this.#connections.get(peerId);
    if (!connection) return;
    this.#connections.delete(peerId);
    connection.leave();
    this.store.peers.delete(this.#key(peerId));
    this.#forgetOffersOf(peerId);
  }

  close(): void {
    for (const peerId of [...this.#connections.keys()]) this.removePeer(peerId);
  }

  handleSignal(signal: SignalMessage): void {
    this.#connections.get(signal.senderId)?.handleSignal(signal);
  }

  share(file: SharedFile): void {
    for (const [peerId, connection] of this.#connections) if (connection.isConnected) this.#offer(peerId, file);
  }

  accept(offer: Offer): void {
    const connection = this.#connections.get(offer.peerId);
    if (!connection) return;
    if (offer.state === 'expired') {
      this.askAgain(offer.peerId, offer.hash);
      return;
    }
    this.store.offers.patch(offer.key, { state: 'accepted' });
    const { localId, peerId, transferId, name, hash, size } = offer;
    this.store.beginTransfer({
      direction: 'receive',
      localId,
      peerId,
      peerName: offer.from,
      transferId,
      name,
      hash,
      size,
    });
    connection.pull(transferId);
  }

  /** Asks for an offer that ran out or a transfer that failed; the new offer is then accepted by itself. */
  askAgain(peerId: string, hash: string): void {
    const connection = this.#connections.get(peerId);
    if (!connection?.isConnected) {
      this.store.report(
        'The file cannot be asked for again: the one who offered it is not connected. Wait until they are back, or ask them to share it anew.',
      );
      return;
    }
    this.#wanted.add(`${peerId}/${hash}`);
    connection.request(hash);
  }

  #offer(peerId: string, { file, hash }: SharedFile): void {
    const transferId = this.#connections.get(peerId)?.offer(file, hash);
    if (transferId === undefined) return;
    const now = Date.now();
    // Insertion order is age. What nobody pulled in time the session has dropped long since; a pull may have waited
    // in the queue, so the name is kept longer than the offer.
    for (const [id, sent] of this.#sent) {
      if (now - sent.at < NAME_LIFETIME_MS) break;
      this.#sent.delete(id);
    }
    this.#sent.set(transferId, { peerId, name: safeName(file.name), hash, size: file.size, at: now });
  }

  /** The first this side hears of a pull is the transfer itself. */
  #beginSend(transferId: string): void {
    const sent = this.#sent.get(transferId);
    if (!sent) return;
    this.#sent.delete(transferId);
    const { peerId, name, hash, size } = sent;
    const peerName = this.store.peers.get(this.#key(peerId))?.name ?? nickname(peerId);
    this.store.beginTransfer({
      direction: 'send',
      localId: this.local.id,
      peerId,
      peerName,
      transferId,
      name,
      hash,
      size,
    });
  }

  #ended(direction: 'send' | 'receive', transferId: string, failure?: Failure): void {
    if (direction === 'send') {
      // Most offers that end unsent were simply not taken up, which is no failure to show.
      if (failure && !READ_FAILURES.has(failure.code)) this.#sent.delete(transferId);
      this.#beginSend(transferId);
    }
    const key = transferKey(direction, this.local.id, transferId);
    this.store.endTransfer(key, failure?.message);
    const transfer = this.store.transfers.get(key);
    if (direction === 'receive' && transfer) {
      const offerKey = `${this.#key(transfer.peerId)}/${transfer.hash}`;
      // A second offer of the same file may have come meanwhile.
      if (this.store.offers.get(offerKey)?.transferId === transferId) this.store.offers.delete(offerKey);
    }
  }

  #forgetOffersOf(peerId: string): void {
    this.store.offers.deleteWhere((offer) => offer.localId === this.local.id && offer.peerId === peerId);
  }

  #key(peerId: string): string {
    return `${this.local.id}/${peerId}`;
  }

  #offered(peerId: string, from: string, { transferId, name, size, mime, hash }: OfferMessage): void {
    const key = `${this.#key(peerId)}/${hash}`;
    const wanted = this.#wanted.delete(`${peerId}/${hash}`);
    const known = this.store.offers.get(key);
    if (!wanted && (known?.state === 'accepted' || this.store.received.get(`${this.local.id}/${hash}`))) return;
    const offer: Offer = {
      key,
      localId: this.local.id,
      peerId,
      from,
      transferId,
      name: safeName(name),
      size,
      mime,
      hash,
      state: 'waiting',
      expiresAt: Date.now() + OFFER_LIFETIME_MS,
    };
    this.store.addOffer(offer);
    if (wanted || this.options.acceptsAutomatically()) this.accept(offer);
  }
}
