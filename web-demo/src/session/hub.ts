import type { SignalMessage } from 'peer-session';
import { nickname } from '../util/nickname.js';
import { Connection, type ConnectionContext } from './connection.js';
import { Fetching } from './fetching.js';
import type { Local, Offer, SharedFile, Transfer } from './model.js';
import { Sharing } from './sharing.js';
import type { Store } from './store.js';

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
      readonly nameOf?: (peerId: string) => string;
    },
  ) {
    this.#sharing = new Sharing(context.local, store, this.#connections);
    this.#fetching = new Fetching(context.local, store, this.#connections, options.acceptsAutomatically);
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

  /** Someone's way to the server broke. What goes from page to page goes on for as long as it does. */
  dropPeer(peerId: string): void {
    this.#inRoom.delete(peerId);
    if (this.#connections.get(peerId)?.isConnected) this.store.peers.patch(this.#key(peerId), { isInRoom: false });
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
  }

  close(): void {
    for (const peerId of [...this.#connections.keys()]) this.removePeer(peerId);
  }

  handleSignal(signal: SignalMessage): void {
    this.#connections.get(signal.senderId)?.handleSignal(signal);
  }

  share(file: SharedFile): void {
    this.#sharing.offerToAll(file);
  }

  accept(offer: Offer): void {
    this.#fetching.accept(offer);
  }

  tryAgain(transfer: Transfer): void {
    this.#fetching.tryAgain(transfer);
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
      lost: () => {
        if (this.#inRoom.has(peerId)) {
          this.store.peers.patch(key, { state: 'lost' });
          this.#fetching.forgetOffersOf(peerId);
        } else {
          this.removePeer(peerId);
        }
      },
      offered: (offer) => this.#fetching.offered(peerId, name, offer),
      requested: (hash) => this.#sharing.requested(peerId, hash),
      progress: (direction, transferId, bytes) => this.#partFor(direction).progress(transferId, bytes),
      ended: (direction, transferId, failure) => this.#partFor(direction).ended(transferId, failure),
      received: (blob, fileName, hash) => this.#fetching.received(blob, fileName, hash, name),
      problem: (text) => this.store.report(`${name}: ${text}`),
    });
    this.#connections.set(peerId, connection);
  }

  #partFor(direction: 'send' | 'receive'): Sharing | Fetching {
    return direction === 'send' ? this.#sharing : this.#fetching;
  }

  #key(peerId: string): string {
    return `${this.local.id}/${peerId}`;
  }
}
