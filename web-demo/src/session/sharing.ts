import { safeName } from 'peer-session';
import type { Connection, Failure } from './connection.js';
import { OFFER_LIFETIME_MS, type Local, type SharedFile } from './model.js';
import { transferKey, type Store } from './store.js';

const NAME_LIFETIME_MS = 6 * OFFER_LIFETIME_MS;

// These come before the first byte, but only after a pull.
const READ_FAILURES: ReadonlySet<string> = new Set(['unreadable', 'read-timeout']);

interface SentOffer {
  readonly peerId: string;
  readonly peerName: string;
  readonly shared: SharedFile;
  readonly at: number;
}

/** What this side offers and sends. */
export class Sharing {
  readonly #sent = new Map<string, SentOffer>();

  constructor(
    private readonly local: Local,
    private readonly store: Store,
    private readonly connections: ReadonlyMap<string, Connection>,
  ) {}

  offerToAll(shared: SharedFile): void {
    for (const connection of this.connections.values()) this.#offer(connection, shared);
  }

  offerAll(peerId: string): void {
    this.#offerWhere(peerId, () => true);
  }

  requested(peerId: string, hash: string): void {
    this.#offerWhere(peerId, (shared) => shared.hash === hash);
  }

  progress(transferId: string, bytes: number): void {
    this.#begin(transferId);
    this.store.progress(this.#key(transferId), bytes);
  }

  ended(transferId: string, failure?: Failure): void {
    const sent = this.#sent.get(transferId);
    // Most offers that end unsent were simply not taken up, which is no failure to show.
    if (!failure || READ_FAILURES.has(failure.code)) this.#begin(transferId);
    this.#sent.delete(transferId);
    this.store.endTransfer(this.#key(transferId), failure?.message);
    if (sent && failure && this.store.shared.get(sent.shared.key)?.file === sent.shared.file) {
      this.#shareOn(sent, failure);
    }
  }

  #shareOn({ peerId, shared }: SentOffer, { code }: Failure): void {
    const connection = this.connections.get(peerId);
    // The file is not what was chosen any more; chosen again, it is shared again.
    if (code === 'unreadable') this.store.shared.delete(shared.key);
    if (code === 'offer-expired' && connection) this.#offer(connection, shared);
  }

  #offerWhere(peerId: string, isMeant: (shared: SharedFile) => boolean): void {
    const connection = this.connections.get(peerId);
    if (!connection) return;
    for (const shared of this.store.sharedBy(this.local.side)) if (isMeant(shared)) this.#offer(connection, shared);
  }

  #offer(connection: Connection, shared: SharedFile): void {
    if (!connection.isConnected) return;
    const transferId = connection.offer(shared.file, shared.hash);
    if (transferId === undefined) return;
    const now = Date.now();
    // Insertion order is age. Each offer ends, but one that was lost here must not be kept for ever; a pull may wait in
    // the queue, so the name is kept longer than the offer.
    for (const [id, sent] of this.#sent) {
      if (now - sent.at < NAME_LIFETIME_MS) break;
      this.#sent.delete(id);
    }
    const { peerId, peerName } = connection;
    this.#sent.set(transferId, { peerId, peerName, shared, at: now });
  }

  /** The first this side hears of a pull is the transfer itself. */
  #begin(transferId: string): void {
    const sent = this.#sent.get(transferId);
    if (!sent) return;
    const { peerName, shared } = sent;
    this.store.beginTransfer({
      direction: 'send',
      side: this.local.side,
      peerName,
      transferId,
      name: safeName(shared.file.name),
      hash: shared.hash,
      size: shared.file.size,
    });
  }

  #key(transferId: string): string {
    return transferKey('send', this.local.side, transferId);
  }
}
