import type { IncomingFile, SignalMessage } from 'peer-session/transfers';
import { failureText } from '../texts/current.js';
import { nickname } from '../util/nickname.js';
import { Connection, type ConnectionContext } from './connection.js';
import { Fetching } from './fetching.js';
import type { Local, Offer, SharedFile, Transfer } from './model.js';
import type { Saver } from './saver.js';
import { Sharing } from './sharing.js';
import type { Store } from './store.js';

/** What an offer is that is no file for the list of offers, by the `kind` in its `extra`. */
export interface Surprises {
  /** A text or a link: whoever is told pulls it, or declines it. */
  readonly onText?: ((from: Connection, file: IncomingFile) => void) | undefined;
}

/** This side's connections to everyone in the room, and what they have to do with the store. */
export class Hub {
  readonly #connections = new Map<string, Connection>();
  readonly #inRoom = new Set<string>();
  readonly #sharing: Sharing;
  readonly #fetching: Fetching;

  constructor(
    private readonly context: ConnectionContext,
    private readonly store: Store,
    private readonly options: {
      readonly acceptsAutomatically: () => boolean;
      readonly saver: Saver;
      readonly nameOf?: (peerId: string) => string;
    } & Surprises,
  ) {
    this.#sharing = new Sharing(context.local, store, this.#connections);
    this.#fetching = new Fetching(context.local, store, this.#connections, options);
  }

  get local(): Local {
    return this.context.local;
  }

  /** Who is in the room, now that this side is in it, or back in it. */
  enter(peerIds: readonly string[]): void {
    for (const peerId of [...this.#connections.keys()]) if (!peerIds.includes(peerId)) this.dropPeer(peerId);
    for (const peerId of peerIds) this.addPeer(peerId);
  }

  addPeer(peerId: string): void {
    this.#inRoom.add(peerId);
    this.store.peers.patch(this.#key(peerId), { isInRoom: true });
    const known = this.#connections.get(peerId);
    // Its signals, or this side's, may have been lost with the way to the server.
    if (known) known.renew();
    else this.#connect(peerId);
  }

  /** Someone's way to the server broke. What goes from page to page goes on for as long as it does, or may recover. */
  dropPeer(peerId: string): void {
    this.#inRoom.delete(peerId);
    if (this.#connections.get(peerId)?.hasSession) this.store.peers.patch(this.#key(peerId), { isInRoom: false });
    else this.removePeer(peerId);
  }

  removePeer(peerId: string): void {
    this.#inRoom.delete(peerId);
    const connection = this.#connections.get(peerId);
    if (!connection) return;
    this.#connections.delete(peerId);
    connection.leave();
    this.store.peers.delete(this.#key(peerId));
    this.#fetching.forgetOffersOf(peerId);
    this.#sharing.forget(peerId);
  }

  close(): void {
    for (const peerId of [...this.#connections.keys()]) this.removePeer(peerId);
  }

  handleSignal(signal: SignalMessage): void {
    this.#connections.get(signal.senderId)?.handleSignal(signal);
  }

  /** Everyone whom something can be sent to now, or as soon as the session has recovered. */
  get connections(): Connection[] {
    return [...this.#connections.values()].filter(({ hasSession }) => hasSession);
  }

  share(file: SharedFile): void {
    this.#sharing.share(file);
  }

  withdraw(file: SharedFile): void {
    this.#sharing.withdraw(file);
  }

  accept(offer: Offer): void {
    this.#fetching.accept(offer);
  }

  decline(offer: Offer): void {
    this.#fetching.decline(offer);
  }

  tryAgain(transfer: Transfer): void {
    this.#partFor(transfer).tryAgain(transfer);
  }

  cancel(transfer: Transfer): void {
    this.#partFor(transfer).cancel(transfer);
  }

  pause(transfer: Transfer): void {
    this.#partFor(transfer).pause(transfer);
  }

  resume(transfer: Transfer): void {
    this.#partFor(transfer).resume(transfer);
  }

  #connect(peerId: string): void {
    const name = this.options.nameOf?.(peerId) ?? nickname(peerId);
    const key = this.#key(peerId);
    this.store.peers.set({ key, localId: this.local.id, peerId, name, state: 'connecting', isInRoom: true });
    const connection: Connection = new Connection(peerId, name, this.context, {
      connected: () => {
        this.store.peers.patch(key, { state: 'connected' });
        this.#sharing.offerAll(peerId);
      },
      interrupted: () => this.store.peers.patch(key, { state: 'interrupted' }),
      recovered: () => this.store.peers.patch(key, { state: 'connected' }),
      lost: () => {
        if (this.#inRoom.has(peerId)) {
          this.store.peers.patch(key, { state: 'lost' });
          this.#fetching.forgetOffersOf(peerId);
        } else {
          this.removePeer(peerId);
        }
      },
      offered: (file) => this.#offered(connection, file),
      withdrawn: (transferId) => this.#fetching.withdrawn(transferId),
      requested: (hash) => this.#sharing.requested(peerId, hash),
      paused: (transferId, isPaused) => this.#sharing.paused(peerId, transferId, isPaused),
      problem: (code) => this.store.report(`${name}: ${failureText(code)}`),
    });
    this.#connections.set(peerId, connection);
  }

  #offered(from: Connection, file: IncomingFile): void {
    const { onText } = this.options;
    const { kind, of } = file.extra ?? {};
    if (kind === 'pause' || kind === 'resume') {
      file.decline();
      this.#fetching.pauseAsked(from.peerId, of, kind === 'pause');
    } else if (kind === 'text' && onText) {
      onText(from, file);
    } else {
      this.#fetching.offered(from, file);
    }
  }

  #partFor({ direction }: Transfer): Sharing | Fetching {
    return direction === 'send' ? this.#sharing : this.#fetching;
  }

  #key(peerId: string): string {
    return `${this.local.id}/${peerId}`;
  }
}
