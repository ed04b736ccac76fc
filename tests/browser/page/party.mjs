import { PeerSession } from 'peer-session';
import { carriedConnection } from './carried-connection.mjs';
import { bytesOf, hashOf, isSame, nameOf } from './content.mjs';
import { phases } from './phases.mjs';

/** Weakly held: what can still be reached after a collection is kept by somebody. */
export const made = { sessions: [], blobs: [] };

/** What an application keeps, and its sessions share, by its name. */
const galleries = new Map();

function galleryOf(name) {
  if (!galleries.has(name)) galleries.set(name, { pictures: [] });
  return galleries.get(name);
}

/** One session and its ledger: what was pulled and how often each id came to an end, told by the callbacks alone. */
export class Party {
  session;
  /** What the peer offered, by its transfer id. */
  offers = new Map();
  /** One entry per pulled id: how it ended, each time it did. */
  ends = new Map();
  /** One entry per offered id: the `transferend` of the sending side. */
  sent = new Map();
  bytes = { send: 0, receive: 0 };
  progressEvents = { send: 0, receive: 0 };
  connected = false;
  closed = false;
  /** What the session's state has been, after `connecting`. */
  states = [];
  /** Binary messages that came, if they are counted. */
  wireBytes = 0;
  /** What the `error` events said. */
  errors = [];
  /** Bytes that arrived but are not what their name says; must stay empty. */
  faults = [];
  #progress = new Map();
  #comparing = 0;
  #idsByName = new Map();
  #codes = new Map();
  #waiting = new Set();
  #connections = [];
  #pullsEachOffer;

  /**
   * @param {{myId: string, peerId: string, name: string, sendSignal: (signal: object) => void,
   *   iceServers?: RTCIceServer[] | (() => Promise<RTCIceServer[]>),
   *   pullsEachOffer?: boolean, countsWire?: boolean, carriesLanes?: boolean, gallery?: string, options?: object, closes?: {role: string, phase: string},
   *   on?: Partial<Record<'offer' | 'image' | 'progress' | 'sent' | 'signal' | 'wire', Function>>}} given
   * `on` is called after the ledger was written; `closes` names one of the phases instead.
   */
  constructor({
    myId,
    peerId,
    name,
    carriesLanes = false,
    sendSignal,
    iceServers = [],
    pullsEachOffer = false,
    countsWire = false,
    gallery,
    options = {},
    closes,
    on = {},
  }) {
    if (gallery) options = { ...options, group: galleryOf(gallery) };
    if (countsWire) {
      on.wire = (_party, direction, message) => {
        if (direction === 'in' && typeof message !== 'string') this.wireBytes += message.bytes;
      };
    }
    if (closes) on = phases[closes.role][closes.phase];
    this.name = name;
    this.#pullsEachOffer = pullsEachOffer;
    this.session = new PeerSession(
      myId,
      peerId,
      { createdAt: Date.now() },
      sendSignal,
      (blob, from, isPinned, fileName) => {
        const transferId = this.#idsByName.get(fileName);
        made.blobs.push(new WeakRef(blob));
        if (gallery) galleryOf(gallery).pictures.push(blob);
        this.#end(transferId, 'image');
        void this.#compare(blob, fileName);
        on.image?.(this, transferId);
      },
      (transferId) => {
        this.#end(transferId, this.#codes.get(transferId) ?? 'error without a transferend');
      },
      { canReceiveFrom: () => true },
      (type, session, data) => {
        if (type === 'connected') this.connected = true;
        if (type === 'offer-file') {
          this.offers.set(data.transferId, data.name);
          this.#idsByName.set(data.name, data.transferId);
          if (this.#pullsEachOffer) this.pull(data.transferId);
          on.offer?.(this, data.transferId);
        }
        this.#stir();
      },
      undefined,
      undefined,
      iceServers,
      {
        ...(carriesLanes && {
          RTCPeerConnection: carriedConnection(
            (description) => window.carryDescription(name, description),
            (pc) => this.#connections.push(pc),
          ),
        }),
        ...options,
        ...(on.wire ? { onWireMessage: (...args) => on.wire(this, ...args) } : {}),
      },
    );
    made.sessions.push(new WeakRef(this.session));
    this.session.addEventListener('progress', ({ direction, transferId, bytes }) => {
      const key = `${direction} ${transferId}`;
      this.progressEvents[direction] += 1;
      this.bytes[direction] += bytes - (this.#progress.get(key) ?? 0);
      this.#progress.set(key, bytes);
      on.progress?.(this, direction);
      this.#stir();
    });
    this.session.addEventListener('transferend', ({ direction, transferId, error }) => {
      this.#progress.delete(`${direction} ${transferId}`);
      if (direction === 'receive') {
        if (error) this.#codes.set(transferId, error.code);
        return;
      }
      this.sent.get(transferId).push(error?.code ?? 'sent');
      on.sent?.(this, transferId);
      this.#stir();
    });
    this.session.addEventListener('error', ({ error }) => {
      this.errors.push(`${error.code}: ${error.cause ?? ''}`);
      this.#stir();
    });
    this.session.addEventListener('statechange', ({ state }) => {
      this.states.push(state);
      this.#stir();
    });
    this.session.addEventListener('close', () => {
      this.closed = true;
      this.#stir();
    });
  }

  /** Offers files of that description; hands all offers to the channel at once. */
  async share(files) {
    const described = [];
    for (const file of files) {
      const name = nameOf(file);
      const bytes = bytesOf(name);
      const blob = new Blob([bytes], { type: 'image/png' });
      made.blobs.push(new WeakRef(blob));
      described.push({ name, blob, hash: await hashOf(bytes) });
    }
    for (const { name, blob, hash } of described) {
      const transferId = this.session.sendImage(blob, hash, false, name);
      if (transferId !== undefined) this.sent.set(transferId, []);
    }
  }

  pull(transferId) {
    this.ends.set(transferId, []);
    this.session.pullFile(transferId);
  }

  pullAll() {
    for (const transferId of this.offers.keys()) this.pull(transferId);
  }

  /** Resolves when `condition(party)` holds; looked at after each event, never by the clock. */
  until(condition) {
    if (condition(this)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add({ condition, resolve }));
  }

  /** No event says so while the last files are verified. */
  async untilDisconnected() {
    while (this.session.isConnected) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Every pulled id has ended at least once, and what arrived was compared. */
  get isSettled() {
    return this.#comparing === 0 && [...this.ends.values()].every((ends) => ends.length > 0);
  }

  /** For the test script: how everything ended. */
  report() {
    return {
      ends: [...this.ends.values()],
      sent: [...this.sent.values()],
      faults: this.faults,
      errors: this.errors,
      bytes: this.bytes,
      wireBytes: this.wireBytes,
      states: this.states,
      progressEvents: this.progressEvents,
      closed: this.closed,
      isConnected: this.session.isConnected,
      stats: this.session.stats,
      connections: this.#connections.map((pc) => pc.connectionState),
    };
  }

  #end(transferId, how) {
    const ends = this.ends.get(transferId);
    if (ends) ends.push(how);
    else this.faults.push(`${how} for an id that was not pulled: ${transferId}`);
    this.#stir();
  }

  async #compare(blob, name) {
    this.#comparing += 1;
    const actual = new Uint8Array(await blob.arrayBuffer());
    if (!isSame(actual, bytesOf(name))) this.faults.push(`${name} arrived with other bytes`);
    this.#comparing -= 1;
    this.#stir();
  }

  #stir() {
    for (const entry of this.#waiting) {
      if (!entry.condition(this)) continue;
      this.#waiting.delete(entry);
      entry.resolve();
    }
  }
}
