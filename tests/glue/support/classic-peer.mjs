// @ts-check
import { sha256 } from './files.mjs';
import { EventLog, MockNetwork } from 'peer-session/testing';
import { makeSession } from './sessions.mjs';

const chunkOfTheClass = 16 * 1024;
const lowThreshold = 64 * 1024;
const offerAge = 5 * 60_000;
const pullTimeout = 15_000;
const stallTimeout = 30_000;

/**
 * The peer that is out there already: the signals, the wire and the manners of the class that this package replaces, faults
 * included (a pull that waits too long in a queue times out, a new `meta` forgets the file before it, an empty file never
 * arrives). tests/glue/recordings holds it against what two pages of the real client said.
 *
 * Its newer form signs: `sign` says of an own file who vouches for it, and ids are UUIDs.
 */
export class ClassicPeer {
  log;
  lastSeen = 0;
  #myId;
  #peerId;
  #createdAt;
  #sign;
  #sendSignal;
  #pc;
  #clock;
  #chunkSize;
  #digest;
  /** @type {any} */
  #channel;
  #isDescribed = false;
  #candidates = [];
  #uploads = new Map();
  #queue = [];
  #sending = false;
  /** Pulled ids that have no `meta` yet, with their timers. */
  #pulls = new Map();
  #download = undefined;

  /**
   * @param {{myId: string, peerId: string, sendSignal: (message: any) => void, RTCPeerConnection: any, clock: any,
   *   createdAt?: number, sign?: (file: any, isPinned: boolean) => Promise<object>, chunkSize?: number,
   *   digest?: (bytes: Uint8Array) => string, log?: EventLog<any>}} given
   */
  constructor({ myId, peerId, sendSignal, RTCPeerConnection, clock, createdAt = 1, sign, ...more }) {
    const { chunkSize = chunkOfTheClass, digest = sha256, log = new EventLog() } = more;
    this.log = log;
    this.#myId = myId;
    this.#peerId = peerId;
    this.#createdAt = createdAt;
    this.#sign = sign;
    this.#sendSignal = (message) => {
      log.add({ kind: 'signal', message });
      sendSignal(message);
    };
    this.#clock = clock;
    this.#chunkSize = chunkSize;
    this.#digest = digest;
    this.#pc = new RTCPeerConnection({ iceServers: [] });
    this.#pc.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) this.#signal('candidate', { candidate: candidate.toJSON?.() ?? candidate });
    });
    this.#pc.addEventListener('datachannel', ({ channel }) => this.#use(channel));
  }

  // --- Signals --------------------------------------------------------------------------------------------------------

  async start() {
    if (!(this.#myId < this.#peerId)) return;
    this.#use(this.#pc.createDataChannel('images'));
    const description = await this.#pc.createOffer();
    await this.#pc.setLocalDescription(description);
    this.#signal('offer', { sdp: description });
  }

  async handleSignal(message) {
    try {
      await this.#apply(message);
    } catch (error) {
      this.log.add({ kind: 'signal-error', message, error });
    }
  }

  async #apply({ type, sdp, candidate }) {
    switch (type) {
      case 'offer': {
        await this.#describePeer(sdp);
        const description = await this.#pc.createAnswer();
        await this.#pc.setLocalDescription(description);
        this.#signal('answer', { sdp: description });
        break;
      }
      case 'answer':
        await this.#describePeer(sdp);
        break;
      case 'candidate':
        if (this.#isDescribed) await this.#pc.addIceCandidate(candidate);
        else this.#candidates.push(candidate);
        break;
    }
  }

  /** It hands the whole description on as it came. */
  async #describePeer(description) {
    await this.#pc.setRemoteDescription(description);
    this.#isDescribed = true;
    const isIPv6 = ({ candidate }) => candidate.split(' ')[4].includes(':');
    const waiting = this.#candidates.splice(0);
    for (const candidate of [...waiting.filter(isIPv6), ...waiting.filter((one) => !isIPv6(one))]) {
      await this.#pc.addIceCandidate(candidate);
    }
  }

  #signal(type, content) {
    this.#sendSignal({ type, senderId: this.#myId, targetId: this.#peerId, ...content });
  }

  #use(channel) {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = lowThreshold;
    channel.addEventListener('open', () => this.log.add({ kind: 'connected' }));
    channel.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#handleText(data);
      else this.#handleChunk(data);
    });
  }

  close() {
    for (const timer of this.#pulls.values()) this.#clock.clearTimeout(timer);
    this.#clock.clearTimeout(this.#download?.timer);
    this.#pulls.clear();
    this.#channel?.close();
    this.#pc.close();
  }

  // --- Files ----------------------------------------------------------------------------------------------------------

  /** `more` goes into `meta` as it is: `ttl`, `originalSenderId`, and a signature that came with the file. */
  offer(file, { isPinned = false, ttl = undefined, ...more } = /** @type {any} */ ({})) {
    const transferId = this.#sign ? crypto.randomUUID() : shortId();
    const now = this.#clock.now();
    this.#uploads.set(transferId, { file, isPinned, ttl, more, at: now });
    this.#say({ ...this.#describe('offer-file', transferId), ttl });
    for (const [id, { at }] of this.#uploads) if (now - at > offerAge) this.#uploads.delete(id);
    return transferId;
  }

  pull(transferId) {
    this.#pulls.set(
      transferId,
      this.#clock.setTimeout(() => this.#fail(transferId), pullTimeout),
    );
    this.#say({ type: 'pull-request', transferId });
  }

  ping() {
    this.#say({ type: 'ping' });
  }

  requestSync() {
    this.#say({ type: 'sync-request' });
  }

  sendInventory(hashes) {
    this.#say({ type: 'inventory', hashes });
  }

  requestFile(hash) {
    this.#say({ type: 'request-file', hash });
  }

  of(kind) {
    return this.log.entries.filter((entry) => entry.kind === kind);
  }

  #say(message) {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(message));
  }

  #describe(type, transferId) {
    const { file, isPinned } = this.#uploads.get(transferId);
    const { name, hash, blob } = file;
    return { type, transferId, name, size: blob.size, mime: blob.type, hash, isPinned };
  }

  #handleText(text) {
    const message = JSON.parse(text);
    switch (message.type) {
      case 'offer-file':
        this.log.add({ kind: 'offer', message });
        break;
      case 'pull-request':
        if (this.#uploads.has(message.transferId)) {
          this.#queue.push(message.transferId);
          void this.#sendQueue();
        }
        break;
      case 'meta':
        this.#handleMeta(message);
        break;
      case 'ping':
        this.lastSeen = this.#clock.now();
        this.#say({ type: 'pong' });
        break;
      case 'pong':
        this.lastSeen = this.#clock.now();
        this.log.add({ kind: 'pong' });
        break;
      case 'sync-request':
      case 'inventory':
      case 'request-file':
        this.log.add({ kind: message.type, message });
        break;
      default:
        this.log.add({ kind: 'unknown', message });
    }
  }

  async #sendQueue() {
    if (this.#sending) return;
    this.#sending = true;
    for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift()) await this.#sendFile(id);
    this.#sending = false;
  }

  async #sendFile(transferId) {
    if (!this.#uploads.has(transferId)) return;
    const { file, ttl, isPinned, more } = this.#uploads.get(transferId);
    const meta = this.#describe('meta', transferId);
    this.#uploads.delete(transferId);
    const signature = more.signature ? {} : await this.#sign?.(file, isPinned);
    this.#say({ ...meta, ttl, ...more, ...signature, identityCreatedAt: this.#createdAt });
    for (let offset = 0; offset < file.blob.size; offset += this.#chunkSize) {
      const chunk = await file.blob.slice(offset, offset + this.#chunkSize).arrayBuffer();
      if (this.#channel.bufferedAmount > lowThreshold) {
        await new Promise((resolve) =>
          this.#channel.addEventListener('bufferedamountlow', () => resolve(undefined), { once: true }),
        );
      }
      if (this.#channel.readyState !== 'open') return;
      this.#channel.send(chunk);
    }
    this.log.add({ kind: 'sent', transferId });
  }

  #handleMeta(meta) {
    if (!this.#pulls.has(meta.transferId)) return;
    this.#clock.clearTimeout(this.#pulls.get(meta.transferId));
    this.#pulls.delete(meta.transferId);
    this.#download = { meta, chunks: [], received: 0, timer: undefined };
    this.#watch();
  }

  #handleChunk(data) {
    const download = this.#download;
    if (!download) return;
    download.chunks.push(data);
    download.received += data.byteLength;
    this.#watch();
    if (download.received > download.meta.size + chunkOfTheClass) this.#fail(download.meta.transferId);
    else if (download.received >= download.meta.size) this.#finish();
  }

  #finish() {
    const { meta, chunks, timer } = this.#download;
    this.#clock.clearTimeout(timer);
    this.#download = undefined;
    const bytes = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
    if (this.#digest(bytes) === meta.hash) this.log.add({ kind: 'image', meta, bytes });
    else this.#fail(meta.transferId);
  }

  #watch() {
    const { meta, timer } = this.#download;
    this.#clock.clearTimeout(timer);
    this.#download.timer = this.#clock.setTimeout(() => this.#fail(meta.transferId), stallTimeout);
  }

  #fail(transferId) {
    this.#pulls.delete(transferId);
    if (this.#download?.meta.transferId === transferId) this.#download = undefined;
    this.log.add({ kind: 'transfer-error', transferId });
  }
}

/**
 * A session of the package on one side, a classic peer on the other, connected by their own signals. With `classicStarts` the
 * classic peer makes the connection.
 *
 * @param {any} [given]
 */
export async function connectClassic({ chunkSize, classicStarts = false, sign, link = {}, ...given } = {}) {
  const network = new MockNetwork(link);
  const [myId, peerId] = classicStarts ? ['bob', 'alice'] : ['alice', 'bob'];
  /** @type {ClassicPeer | undefined} */
  let classic;
  // Signalling carries what JSON can hold, and nothing alive.
  const carry = (message) => JSON.parse(JSON.stringify(message));
  const signal = (message) => void classic?.handleSignal(carry(message));
  const party = makeSession({ network, myId, peerId, ...given, on: { signal, ...given.on } });
  classic = new ClassicPeer({
    myId: peerId,
    peerId: myId,
    sendSignal: (message) => void party.session.handleSignal(carry(message)),
    RTCPeerConnection: network.RTCPeerConnection,
    clock: party.clock,
    chunkSize,
    sign,
  });
  await Promise.all([party.session.start(), classic.start()]);
  await Promise.all([party.untilEvent('connected'), classic.log.until(({ kind }) => kind === 'connected')]);
  const joined = /** @type {import('peer-session/testing').MockLink} */ (network.link);
  return Object.assign(party, { classic, link: joined });
}

/** The class's ids come from `Math.random()` in base 36: short, and unlike this package's own. */
function shortId() {
  return Math.random().toString(36).slice(2, 11);
}
