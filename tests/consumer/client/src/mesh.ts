import { PeerSession } from './old/PeerSession';
import type { Signal } from './signal';

export interface Image {
  blob: Blob;
  hash: string;
  name: string;
  isPinned: boolean;
  /** Over how many peers it still goes. */
  ttl: number;
  originalSenderId: string;
}

/** What a session says of an offered file. */
interface Offer {
  transferId: string;
  hash: string;
}

const firstTtl = 3;

/** A gallery that every peer shares with every other. */
export class Mesh {
  readonly images = new Map<string, Image>();
  /** Each image as it arrived, as often as it did. */
  readonly arrivals: Image[] = [];
  readonly failed: string[] = [];
  readonly peers = new Map<string, PeerSession>();
  readonly #id: string;
  readonly #blocked = new Set<string>();
  readonly #sendSignal: (signal: Signal) => void;
  readonly #join: (targetId: string) => void;
  readonly #changed: () => void;

  constructor(
    id: string,
    signalling: { send: (signal: Signal) => void; join: (targetId: string) => void },
    changed: () => void,
  ) {
    this.#id = id;
    this.#sendSignal = signalling.send;
    this.#join = signalling.join;
    this.#changed = changed;
  }

  receiveSignal(signal: Signal): void {
    switch (signal.type) {
      case 'join':
        // To a newcomer, who greets everybody, each one answers.
        if (signal.targetId === undefined) this.#join(signal.senderId);
        this.#meet(signal.senderId);
        break;
      case 'leave':
        this.peers.get(signal.senderId)?.close();
        this.peers.delete(signal.senderId);
        break;
      default:
        void this.#meet(signal.senderId).handleSignal(signal);
    }
  }

  share(blob: Blob, hash: string, name: string): void {
    const image = { blob, hash, name, isPinned: false, ttl: firstTtl, originalSenderId: this.#id };
    this.#add(image);
    for (const session of this.#connected()) this.#offer(session, image);
    this.#announce();
  }

  pingAll(): void {
    for (const session of this.peers.values()) session.sendPing();
  }

  leave(): void {
    for (const session of this.peers.values()) session.close();
  }

  #meet(peerId: string): PeerSession {
    const known = this.peers.get(peerId);
    if (known) return known;
    const session = new PeerSession(
      this.#id,
      peerId,
      { createdAt: Date.now() },
      (msg) => this.#sendSignal(msg),
      (blob, from, isPinned, name, ttl, originalSenderId) => {
        const { fileHash } = blob as Blob & { fileHash: string };
        this.#receive({
          blob,
          hash: fileHash,
          name: name ?? 'image.png',
          isPinned: isPinned ?? false,
          ttl: ttl ?? firstTtl,
          originalSenderId: originalSenderId ?? from,
        });
      },
      (transferId) => {
        this.failed.push(transferId);
        this.#changed();
      },
      { canReceiveFrom: (id) => !this.#blocked.has(id) },
      (type, about, data) => this.#handle(type, about, data),
      (hash) => {
        const image = this.images.get(hash);
        // Whoever asks wants to keep it.
        if (image) session.sendImage(image.blob, hash, true, image.name, firstTtl);
      },
      undefined,
      [],
    );
    this.peers.set(peerId, session);
    void session.start();
    return session;
  }

  #handle(type: string, session: PeerSession, data: unknown): void {
    switch (type) {
      case 'connected':
        session.requestSync();
        break;
      case 'sync-request':
        session.sendInventory([...this.images.keys()]);
        break;
      case 'inventory':
        for (const hash of data as string[]) if (!this.images.has(hash)) session.requestFile(hash);
        break;
      case 'offer-file': {
        const { transferId, hash } = data as Offer;
        if (!this.images.has(hash)) session.pullFile(transferId);
        break;
      }
    }
  }

  #receive(image: Image): void {
    this.arrivals.push(image);
    const isNew = !this.images.has(image.hash);
    this.#add(image);
    if (!isNew || image.ttl <= 1) return;
    for (const session of this.#connected()) this.#offer(session, { ...image, ttl: image.ttl - 1 });
    this.#announce();
  }

  #add(image: Image): void {
    this.images.set(image.hash, image);
    this.#changed();
  }

  #announce(): void {
    for (const session of this.#connected()) session.sendInventory([...this.images.keys()]);
  }

  #connected(): PeerSession[] {
    return [...this.peers.values()].filter((session) => session.isConnected);
  }

  #offer(session: PeerSession, { blob, hash, isPinned, name, ttl, originalSenderId }: Image): void {
    session.sendImage(blob, hash, isPinned, name, ttl, originalSenderId);
  }
}
