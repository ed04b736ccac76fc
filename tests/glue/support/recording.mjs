// @ts-check
// What two pages of the real client said to each other (tests/vectors/README.md), and a stage on which one of them is played
// anew: whoever takes its place has to say the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { EventLog, MockLink, VirtualClock } from 'peer-session/testing';
import { transfersOf } from './wire-log.mjs';

/**
 * @typedef {{from: 'a' | 'b', kind: 'signal' | 'text' | 'binary', data: any}} Entry
 *
 * @typedef {object} Actor Who takes the place of a page's session, and what its application can make it do.
 * @property {() => unknown} start
 * @property {(signal: any) => Promise<unknown>} handleSignal
 * @property {() => void} requestSync
 * @property {(hashes: string[]) => void} sendInventory
 * @property {() => void} ping
 * @property {(hash: string) => void} requestFile
 * @property {(transferId: string) => void} pull
 * @property {(file: any, meta: any) => Promise<unknown>} offer `meta` is what the page's session said of it later.
 * @property {() => void} close
 *
 * @typedef {object} Part Whom the actor plays.
 * @property {string} myId
 * @property {string} peerId
 * @property {number} createdAt
 * @property {any[]} metas What the page said of the files that it sent, in order.
 * @property {any} RTCPeerConnection
 * @property {VirtualClock} clock
 * @property {EventLog<any>} heard Where the actor notes what it says to its application.
 */

/** @returns {Entry[]} */
export function readRecording(name) {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'));
}

const other = (side) => (side === 'a' ? 'b' : 'a');
const isSession = ({ kind, data }) => kind !== 'signal' || ['offer', 'answer', 'candidate'].includes(data.type);
const hashes = new Map();

/**
 * Plays the recording with an actor in the place of `side`. It is told what the other side said, in the recorded order, and
 * asked to do what its page decided; what it says by itself must be what was recorded.
 *
 * @param {Entry[]} entries
 * @param {'a' | 'b'} side
 * @param {(part: Part) => Actor} cast
 */
export async function play(entries, side, cast) {
  const said = (from, type) => entries.filter((entry) => entry.from === from && entry.data.type === type);
  const idOf = (from) => said(from, 'join')[0]?.data.senderId;
  const metas = said(side, 'meta').map(({ data }) => data);
  const connection = new RecordedConnection(entries, side);
  const heard = /** @type {EventLog<any>} */ (new EventLog());
  const part = {
    myId: idOf(side),
    peerId: idOf(other(side)),
    createdAt: metas[0].identityCreatedAt,
    metas,
    RTCPeerConnection: connection.implementation,
    clock: new VirtualClock(),
    heard,
  };
  for (const { data } of entries) if (data.type === 'meta') hashes.set(data.size, data.hash);
  const actor = cast(part);
  const outbox = new Outbox(connection.link.log, connection.side);
  const signals = new Queue(heard, ({ kind }) => kind === 'signal');
  /** The recorded ids of this side's offers, and the actor's own. */
  const ids = new Map();
  const decide = {
    'sync-request': () => actor.requestSync(),
    inventory: (data) => actor.sendInventory(data.hashes),
    ping: () => actor.ping(),
    'request-file': (data) => actor.requestFile(data.hash),
    'pull-request': (data) => actor.pull(data.transferId),
    'offer-file': (data) =>
      actor.offer(
        data,
        metas.find(({ transferId }) => transferId === data.transferId),
      ),
  };

  const sayAs = {
    signal: async (data) => {
      const { message } = await signals.next();
      // As it is posted to another page; a live object would lose its fields.
      const said = structuredClone(message);
      // A line that the class passes over says which session made the description (tests/glue/contract/recovery.test.mjs).
      if (said.sdp) said.sdp.sdp = said.sdp.sdp.replace(/^a=peer-session-epoch:[0-9a-f]{32}\r\n/m, '');
      assert.deepEqual(said, data);
    },
    text: async (data) => {
      await decide[data.type]?.(data);
      const message = await outbox.next((entry) => entry.message?.type === data.type);
      if (data.type === 'offer-file') ids.set(data.transferId, message.message.transferId);
      const transferId = ids.get(data.transferId) ?? data.transferId;
      assert.deepEqual(message.message, 'transferId' in data ? { ...data, transferId } : data);
    },
    binary: async (data) => {
      const message = await outbox.next((entry) => entry.bytes !== undefined);
      assert.equal(message.bytes.length, data);
    },
  };
  const hearAs = {
    signal: (data) => actor.handleSignal(data),
    text: (data) => {
      const transferId = ids.get(data.transferId) ?? data.transferId;
      connection.far.send(JSON.stringify('transferId' in data ? { ...data, transferId } : data));
    },
    binary: (data) => connection.far.send(new Uint8Array(data)),
  };

  await actor.start();
  for (const entry of entries.filter(isSession)) {
    if (entry.kind !== 'signal' && connection.near.readyState !== 'open') {
      connection.open();
      await heard.until(({ kind }) => kind === 'connected');
    }
    await inTime((entry.from === side ? sayAs : hearAs)[entry.kind](entry.data), entry);
    connection.link.drainAll();
  }
  const files = entries.filter((entry) => entry.from !== side && entry.kind === 'binary').length;
  const ended = (log) => log.filter(({ kind }) => kind === 'image' || kind === 'transfer-error').length;
  await heard.untilAll((log) => ended(log) >= files);
  actor.close();
  assert.deepEqual([outbox.left(), signals.left()], [[], []], 'nothing was said that was not recorded');
  assert.deepEqual(
    transfersOf(connection.link.log.entries, connection.side).map(({ transferId }) => transferId),
    metas.map(({ transferId }) => ids.get(transferId)),
    'file after file, in the recorded order',
  );
  return { heard, part, connection, ids };
}

/** What the application of that side was told, by the recording: each kind in its order. */
export function expectedOf(entries, side) {
  const theirs = entries.filter((entry) => entry.from !== side && entry.kind === 'text').map(({ data }) => data);
  const of = (type) => theirs.filter((data) => data.type === type);
  return {
    'sync-request': of('sync-request').length,
    inventory: of('inventory').map(({ hashes }) => hashes),
    offer: of('offer-file'),
    'file-requested': of('request-file').map(({ hash }) => hash),
    metas: of('meta'),
  };
}

/** The contents were not recorded: bytes of the right number stand for those of the announced hash. */
export async function recordedDigest(content) {
  return new Uint8Array(Buffer.from(hashes.get(content.length), 'hex')).buffer;
}

/** What is not said is waited for in vain; then the message tells what it was. */
async function inTime(step, entry) {
  /** @type {NodeJS.Timeout | undefined} */
  let watchdog;
  const late = new Promise((_, reject) => {
    watchdog = setTimeout(() => reject(new Error(`nobody said ${JSON.stringify(entry)}`)), 5000);
  });
  await Promise.race([step, late]).finally(() => clearTimeout(watchdog));
}

/** Takes what a log holds, each entry once. */
class Queue {
  #log;
  #fits;
  #taken = new Set();

  constructor(log, fits) {
    this.#log = log;
    this.#fits = fits;
  }

  /** The first that nobody has taken. What is sent between two others by chance is no fault: see `Outbox`. */
  async next(fits = (/** @type {any} */ entry) => entry !== undefined) {
    const entry = await this.#log.until((one) => this.#fits(one) && !this.#taken.has(one) && fits(one));
    this.#taken.add(entry);
    return entry;
  }

  left() {
    return this.#log.entries.filter((entry) => this.#fits(entry) && !this.#taken.has(entry));
  }
}

/**
 * What the actor has handed to its channel. A page decides between a file's `meta` and its bytes, which the actor may have sent
 * together: each type of message has its order, and files have theirs.
 */
class Outbox extends Queue {
  constructor(log, side) {
    super(log, ({ from }) => from === side);
  }
}

/** An RTCPeerConnection that describes itself as the recorded one did, and must be told what that one was told. */
class RecordedConnection {
  link = new MockLink({ drain: 'manual' });
  #offers;
  /** @type {any} */
  pc;

  /**
   * @param {Entry[]} entries
   * @param {'a' | 'b'} side
   */
  constructor(entries, side) {
    const signals = (from, type) =>
      entries
        .filter((entry) => entry.from === from && entry.kind === 'signal' && entry.data.type === type)
        .map(({ data }) => data);
    const [offer] = signals(side, 'offer');
    const [answer] = signals(side, 'answer');
    const [remote] = [...signals(other(side), 'offer'), ...signals(other(side), 'answer')];
    this.#offers = offer !== undefined;
    const candidates = signals(side, 'candidate').map(({ candidate }) => candidate);
    const recorded = this;
    const { near } = this;
    this.added = [];
    this.expected = signals(other(side), 'candidate').map(({ candidate }) => candidate);

    this.implementation = class extends EventTarget {
      connectionState = 'new';
      sctp = { maxMessageSize: 262_144 };

      constructor() {
        super();
        recorded.pc = this;
      }

      createDataChannel() {
        return near;
      }
      async createOffer() {
        return offer.sdp;
      }
      async createAnswer() {
        return answer.sdp;
      }
      async setLocalDescription(description) {
        assert.deepEqual({ ...description }, (offer ?? answer).sdp);
        setImmediate(() => {
          for (const candidate of candidates) {
            this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: new LiveCandidate(candidate) }));
          }
          this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: null }));
        });
      }
      async setRemoteDescription(description) {
        assert.deepEqual({ ...description }, remote.sdp);
      }
      async addIceCandidate(candidate) {
        recorded.added.push({ ...candidate });
      }
      close() {
        this.connectionState = 'closed';
      }
    };
  }

  /** The actor's side of the link: the one that offers has made the channel. */
  get side() {
    return this.#offers ? /** @type {const} */ ('a') : 'b';
  }
  get near() {
    return this.#offers ? this.link.a : this.link.b;
  }
  get far() {
    return this.#offers ? this.link.b : this.link.a;
  }

  open() {
    this.pc.connectionState = 'connected';
    if (!this.#offers) this.pc.dispatchEvent(Object.assign(new Event('datachannel'), { channel: this.near }));
    this.link.open();
  }
}

/** Like a browser's: its fields are its prototype's, and so no copy has them but `toJSON()`. */
class LiveCandidate {
  #init;

  constructor(init) {
    this.#init = init;
  }
  get candidate() {
    return this.#init.candidate;
  }
  get sdpMid() {
    return this.#init.sdpMid;
  }
  get sdpMLineIndex() {
    return this.#init.sdpMLineIndex;
  }
  get usernameFragment() {
    return this.#init.usernameFragment;
  }
  toJSON() {
    return { ...this.#init };
  }
}
