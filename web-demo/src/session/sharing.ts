import { safeName, type Offer as OwnOffer } from 'peer-session/transfers';
import { texts } from '../texts/current.js';
import type { Connection } from './connection.js';
import { failureOf, isLostOnTheWay } from './failures.js';
import type { Failure, Local, SharedFile, Transfer } from './model.js';
import type { PauseNote } from './pause-words.js';
import { transferKey, type Store } from './store.js';

// These come before the first byte, but only after a pull.
const READ_FAILURES: ReadonlySet<string> = new Set(['unreadable', 'file-changed', 'read-timeout']);

interface SentOffer {
  readonly peerId: string;
  readonly peerName: string;
  readonly shared: SharedFile;
  readonly offer: OwnOffer;
  /** This side wants it set aside. */
  pauseAsked: boolean;
}

/** What this side offers and sends. */
export class Sharing {
  /** What is offered and not over, by its id. */
  readonly #sent = new Map<string, SentOffer>();
  /** The newest of these, by person and file. */
  readonly #newest = new Map<string, SentOffer>();
  /** What one of the two has ended, by person and file: it is not offered there again unless somebody asks for that. */
  readonly #settled = new Set<string>();

  constructor(
    private readonly local: Local,
    private readonly store: Store,
    private readonly connections: ReadonlyMap<string, Connection>,
  ) {}

  /** To all that it is meant for. What was chosen again is offered again, from the handle that is new. */
  share(shared: SharedFile): void {
    for (const connection of this.connections.values()) {
      const isUnderWay = this.#newest.get(placeOf(connection.peerId, shared))?.offer.state === 'pulled';
      if (isMeantFor(shared, connection.peerId) && !isUnderWay) this.#offer(connection, shared);
    }
  }

  /** Nobody is offered it any more, and nobody gets the rest of it. */
  withdraw(shared: SharedFile): void {
    this.store.shared.delete(shared.key);
    this.store.transfers.deleteWhere((each) => this.#isAwaited(each) && isOf(each, shared));
    for (const sent of [...this.#sent.values()]) if (sent.shared.key === shared.key) sent.offer.withdraw();
  }

  offerAll(peerId: string): void {
    this.#offerWhere(peerId, (shared) => !this.#settled.has(placeOf(peerId, shared)));
  }

  /** Whoever has left, and may come back with another mind. */
  forget(peerId: string): void {
    for (const place of this.#settled) if (place.startsWith(`${peerId}/`)) this.#settled.delete(place);
    for (const each of this.store.transfers.values()) {
      if (!this.#isAwaited(each) || each.peerId !== peerId) continue;
      this.store.endTransfer(each.key, { state: 'failed', code: 'closed', message: '' });
    }
  }

  /** Whoever has cancelled or declined a file may think better of it. What this side has cancelled stays so. */
  requested(peerId: string, hash: string): void {
    const cancelled = this.store.transfers
      .values()
      .filter((each) => each.direction === 'send' && each.peerId === peerId && each.hash === hash)
      .some(({ state, by }) => state === 'cancelled' && by === 'me');
    if (!cancelled) this.#offerWhere(peerId, (shared) => shared.hash === hash);
  }

  /** The puller has set it aside, maybe because this side asked for that, or asks for it again. */
  paused(peerId: string, transferId: string, isPaused: boolean): void {
    const sent = this.#sent.get(transferId);
    if (sent?.peerId !== peerId) return;
    const by = sent.pauseAsked ? 'me' : 'peer';
    this.store.setPaused(this.#key(transferId), isPaused ? by : undefined);
    if (!isPaused) sent.pauseAsked = false;
  }

  cancel(transfer: Transfer): void {
    this.#sent.get(transfer.transferId)?.offer.withdraw();
  }

  /** What is sent is what the puller asks for: it is asked not to. */
  pause(transfer: Transfer): void {
    const sent = this.#sent.get(transfer.transferId);
    if (!sent) return;
    sent.pauseAsked = true;
    this.#note(sent, 'pause');
  }

  resume(transfer: Transfer): void {
    const sent = this.#sent.get(transfer.transferId);
    if (sent) this.#note(sent, 'resume');
  }

  /** Offers it again to whom it did not get to. */
  tryAgain(transfer: Transfer): void {
    const connection = this.connections.get(transfer.peerId);
    const shared = this.store.sharedBy(this.local.side).find((each) => isOf(transfer, each));
    if (!connection?.hasSession || !shared) {
      this.store.report(texts.transfers.cannotSendAgain(transfer.name, transfer.peerName));
      return;
    }
    this.store.ask(transfer);
    this.#offer(connection, shared);
  }

  /** An offer of nothing, for what is attached to it; the other page declines it. */
  #note({ peerId, offer }: SentOffer, kind: PauseNote): void {
    this.connections.get(peerId)?.offer(new Blob([]), { name: kind, extra: { kind, of: offer.id } });
  }

  #isAwaited({ direction, side, state }: Transfer): boolean {
    return direction === 'send' && side === this.local.side && state === 'asked';
  }

  #offerWhere(peerId: string, isWanted: (shared: SharedFile) => boolean): void {
    const connection = this.connections.get(peerId);
    if (!connection) return;
    for (const shared of this.store.sharedBy(this.local.side)) {
      if (isMeantFor(shared, peerId) && isWanted(shared)) this.#offer(connection, shared);
    }
  }

  #offer(connection: Connection, shared: SharedFile): void {
    if (!connection.hasSession) return;
    const { file, hash, path } = shared;
    const offer = connection.offer(file, { hash, extra: path === undefined ? null : { path } });
    const { peerId, peerName } = connection;
    const sent = { peerId, peerName, shared, offer, pauseAsked: false };
    const key = placeOf(peerId, shared);
    const before = this.#newest.get(key);
    this.#settled.delete(key);
    this.#sent.set(offer.id, sent);
    this.#newest.set(key, sent);
    void this.#follow(sent);
    if (before && before.offer.state !== 'pulled') before.offer.withdraw();
  }

  async #follow(sent: SentOffer): Promise<void> {
    const { offer } = sent;
    const key = this.#key(offer.id);
    let failure: Failure | undefined;
    try {
      await offer.pulled;
      this.#begin(sent);
      for await (const { bytes } of offer.progress()) this.store.progress(key, bytes);
      await offer.done;
    } catch (thrown) {
      failure = failureOf(thrown);
    }
    this.#sent.delete(offer.id);
    const isNewest = this.#newest.get(placeOf(sent.peerId, sent.shared)) === sent;
    if (isNewest) this.#newest.delete(placeOf(sent.peerId, sent.shared));
    // Most offers that end unsent were simply not taken up, which is no failure to show.
    if (failure && (READ_FAILURES.has(failure.code) || failure.state === 'declined')) this.#begin(sent);
    const transfer = this.store.transfers.get(key);
    if (transfer && failure && isLostOnTheWay(failure)) this.store.ask(transfer, failure.code);
    else this.store.endTransfer(key, failure);
    if (failure && isNewest) this.#shareOn(sent, failure);
  }

  #shareOn({ peerId, shared }: SentOffer, { code, state }: Failure): void {
    const current = this.store.shared.get(shared.key);
    if (!current) return;
    const connection = this.connections.get(peerId);
    if (state !== 'failed') this.#settled.add(placeOf(peerId, shared));
    // The file is not what was chosen any more; chosen again, it is shared again.
    else if (READ_FAILURES.has(code) && current.file === shared.file) this.store.shared.delete(shared.key);
    else if ((READ_FAILURES.has(code) || code === 'offer-expired') && connection) this.#offer(connection, current);
  }

  /** The first this side hears of a pull is the transfer itself. */
  #begin({ peerId, peerName, shared, offer }: SentOffer): void {
    this.store.beginTransfer({
      direction: 'send',
      side: this.local.side,
      peerId,
      peerName,
      transferId: offer.id,
      name: safeName(shared.file.name),
      path: shared.path,
      hash: shared.hash,
      size: shared.file.size,
    });
  }

  #key(transferId: string): string {
    return transferKey('send', this.local.side, transferId);
  }
}

const isMeantFor = ({ to }: SharedFile, peerId: string): boolean => to === undefined || to.has(peerId);

const placeOf = (peerId: string, shared: SharedFile): string => `${peerId}/${shared.key}`;

const isOf = (transfer: Transfer, { hash, path, file }: SharedFile): boolean =>
  hash === transfer.hash && path === transfer.path && safeName(file.name) === transfer.name;
