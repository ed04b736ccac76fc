import { PeerSession } from './old/PeerSession';

export type Signal =
  | { type: 'offer' | 'answer'; senderId: string; targetId: string; sdp: string }
  | { type: 'candidate'; senderId: string; targetId: string; candidate: RTCIceCandidateInit };

export interface Image {
  blob: Blob;
  hash: string;
  name: string;
  isPinned: boolean;
  ttl?: number | undefined;
  originalSenderId: string;
}

/** What a session says of an offered file. */
interface Offer {
  transferId: string;
  hash: string;
}

/** A gallery that every peer shares with every other. */
export class Mesh {
  readonly images = new Map<string, Image>();
  readonly failed: string[] = [];
  readonly peers = new Map<string, PeerSession>();
  readonly #id: string;
  readonly #blocked = new Set<string>();
  readonly #pulled = new Set<string>();
  readonly #sendSignal: (signal: Signal) => void;
  readonly #changed: () => void;

  constructor(id: string, sendSignal: (signal: Signal) => void, changed: () => void) {
    this.#id = id;
    this.#sendSignal = sendSignal;
    this.#changed = changed;
  }

  meet(peerId: string): PeerSession {
    const known = this.peers.get(peerId);
    if (known) return known;
    const session = new PeerSession(
      this.#id,
      peerId,
      { createdAt: Date.now() },
      (msg) => this.#sendSignal(msg),
      (blob, from, isPinned, name, ttl, originalSenderId) => {
        const { fileHash } = blob as Blob & { fileHash: string };
        this.#add({
          blob,
          hash: fileHash,
          name: name ?? 'image.png',
          isPinned: isPinned ?? false,
          ttl,
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
        if (image) this.#offer(session, image);
      },
      undefined,
      [],
    );
    this.peers.set(peerId, session);
    void session.start();
    return session;
  }

  receiveSignal(signal: Signal): void {
    void this.meet(signal.senderId).handleSignal(signal);
  }

  share(image: Image): void {
    this.#add(image);
    for (const session of this.peers.values()) if (session.isConnected) this.#offer(session, image);
  }

  pingAll(): void {
    for (const session of this.peers.values()) session.sendPing();
  }

  leave(): void {
    for (const session of this.peers.values()) session.close();
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
        for (const hash of data as string[]) if (!this.#has(hash)) session.requestFile(hash);
        break;
      case 'offer-file': {
        const { transferId, hash } = data as Offer;
        if (this.#has(hash)) return;
        this.#pulled.add(hash);
        session.pullFile(transferId);
        break;
      }
    }
  }

  #has(hash: string): boolean {
    return this.images.has(hash) || this.#pulled.has(hash);
  }

  #add(image: Image): void {
    this.images.set(image.hash, image);
    this.#changed();
  }

  #offer(session: PeerSession, { blob, hash, isPinned, name, ttl, originalSenderId }: Image): void {
    session.sendImage(blob, hash, isPinned, name, ttl, originalSenderId);
  }
}
