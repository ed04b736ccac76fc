// A model of the mesh client: a gallery in which every page ends up with every image. It knows nothing but the class that
// it is given, so that all of them can be compared.
import { Guard } from './guard.mjs';
import { Slots } from './slots.mjs';

const firstTtl = 3;
const downloadsAtOnce = 3;
const uploadsAtOnce = 3;
const healthCheckEvery = 10_000;
const silentFor = 45_000;

export class MeshClient {
  /** What is stored, by its hash. */
  images = new Map();
  /** By the peer's id. */
  sessions = new Map();
  errors = 0;
  /** Arrivals of what was stored already. */
  duplicates = 0;
  #id;
  #Session;
  #signalling;
  #stored;
  #ended;
  #options;
  #downloads = new Slots(downloadsAtOnce);
  #uploads = new Slots(uploadsAtOnce);
  /** Pulls that have not ended, by their transfer id. */
  #pulls = new Map();
  #guard = new Guard();
  #network = { canReceiveFrom: (peerId) => this.#guard.allows(peerId) };

  /**
   * @param {{id: string, Session: Function, signalling: {send: (signal: object) => void, join: (targetId?: string) => void},
   *   stored?: (image: object) => void, ended?: () => void, options?: object}} given
   */
  constructor({ id, Session, signalling, stored = () => {}, ended = () => {}, options = {} }) {
    this.#id = id;
    this.#Session = Session;
    this.#signalling = signalling;
    this.#stored = stored;
    this.#ended = ended;
    this.#options = options;
    setInterval(() => this.#checkHealth(), healthCheckEvery);
  }

  handleSignal(signal) {
    switch (signal.type) {
      case 'join':
        // To a newcomer, who greets everybody, each one answers.
        if (signal.targetId === undefined) this.#signalling.join(signal.senderId);
        this.#meet(signal.senderId);
        break;
      case 'leave':
        // Dropped, and not closed.
        this.sessions.delete(signal.senderId);
        break;
      default:
        void this.#meet(signal.senderId).handleSignal(signal);
    }
  }

  share({ blob, hash, name, isPinned = false }) {
    this.#add({ blob, hash, name, isPinned, ttl: firstTtl, originalSenderId: this.#id });
  }

  get connected() {
    return [...this.sessions.values()].filter((session) => session.isConnected);
  }

  /** Nothing is pulled, and nothing waits to be. */
  get isIdle() {
    return this.#downloads.isIdle;
  }

  #meet(peerId) {
    const known = this.sessions.get(peerId);
    if (known) return known;
    const session = new this.#Session(
      this.#id,
      peerId,
      { createdAt: Date.now() },
      (signal) => this.#signalling.send(signal),
      (blob, from, isPinned, name, ttl, originalSenderId) =>
        this.#receive(session, { blob, hash: blob.fileHash, isPinned, name, ttl, originalSenderId }),
      (transferId) => {
        this.errors += 1;
        this.#endPull(transferId);
      },
      this.#network,
      (type, about, data) => this.#handle(type, about, data),
      (hash) => {
        const image = this.images.get(hash);
        if (image) this.#offer(session, { ...image, ttl: firstTtl });
      },
      undefined,
      [],
      this.#options,
    );
    this.sessions.set(peerId, session);
    void session.start();
    return session;
  }

  #handle(type, session, data) {
    switch (type) {
      case 'connected':
        session.requestSync();
        break;
      case 'sync-request':
        session.sendInventory([...this.images.keys()]);
        break;
      case 'inventory':
        for (const hash of data) if (!this.images.has(hash)) session.requestFile(hash);
        break;
      case 'offer-file':
        // Whatever is not stored when it is offered, even if it runs or waits from somebody else.
        if (!this.images.has(data.hash)) this.#downloads.take(() => this.#pull(session, data));
        break;
    }
  }

  #pull(session, { transferId, hash }) {
    return new Promise((resolve) => {
      this.#pulls.set(transferId, { session, hash, resolve });
      session.pullFile(transferId);
    }).then(this.#ended);
  }

  #endPull(transferId) {
    this.#pulls.get(transferId)?.resolve();
    this.#pulls.delete(transferId);
  }

  #receive(session, image) {
    // The class does not say which pull it was. With several sources, another one may have taken over.
    const pulls = [...this.#pulls].filter(([, { hash }]) => hash === image.hash);
    const own = pulls.find(([, pull]) => pull.session === session) ?? pulls[0];
    if (own) this.#endPull(own[0]);
    if (this.images.has(image.hash)) this.duplicates += 1;
    else this.#add(image, session);
  }

  /** Relays it, as long as its time to live lasts, and tells everybody what is here now. */
  #add(image, from) {
    this.images.set(image.hash, image);
    this.#stored(image);
    const ttl = from ? image.ttl - 1 : image.ttl;
    if (ttl > 0) {
      for (const session of this.connected) if (session !== from) this.#offer(session, { ...image, ttl });
    }
    for (const session of this.connected) session.sendInventory([...this.images.keys()]);
  }

  #offer(session, { blob, hash, isPinned, name, ttl, originalSenderId }) {
    this.#uploads.take(async () => {
      session.sendImage(blob, hash, isPinned, name, ttl, originalSenderId);
    });
  }

  #checkHealth() {
    for (const [peerId, session] of this.sessions) {
      if (session.isConnectionFailed || Date.now() - session.lastSeen > silentFor) {
        session.close();
        this.sessions.delete(peerId);
      } else {
        session.sendPing();
      }
    }
  }
}
