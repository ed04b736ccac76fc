// @ts-check
import { createHash } from 'node:crypto';
import { EventLog } from './event-log.mjs';
import { connectFarEnd } from './sessions.mjs';

const chunkOfTheClass = 16 * 1024;
const lowThreshold = 64 * 1024;
const offerAge = 5 * 60_000;
const pullTimeout = 15_000;
const stallTimeout = 30_000;

/**
 * The peer that is out there already: the wire and the manners of the class that this package replaces, faults included
 * (a pull that waits too long in a queue times out, a new `meta` forgets the file before it, an empty file never arrives).
 */
export class ClassicPeer {
  log = new EventLog();
  lastSeen = 0;
  #channel;
  #clock;
  #chunkSize;
  #uploads = new Map();
  #queue = [];
  #sending = false;
  /** Pulled ids that have no `meta` yet, with their timers. */
  #pulls = new Map();
  #download = undefined;

  constructor(channel, clock, { chunkSize = chunkOfTheClass } = {}) {
    this.#channel = channel;
    this.#clock = clock;
    this.#chunkSize = chunkSize;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = lowThreshold;
    channel.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#handleText(data);
      else this.#handleChunk(data);
    });
  }

  offer(file, { isPinned = false, ttl = undefined, originalSenderId = undefined } = {}) {
    const transferId = shortId();
    const now = this.#clock.now();
    this.#uploads.set(transferId, { file, isPinned, ttl, originalSenderId, at: now });
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
    const { file, ttl, originalSenderId } = this.#uploads.get(transferId);
    const meta = this.#describe('meta', transferId);
    this.#uploads.delete(transferId);
    this.#say({ ...meta, ttl, originalSenderId, identityCreatedAt: 1 });
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
    if (createHash('sha256').update(bytes).digest('hex') === meta.hash) this.log.add({ kind: 'image', meta, bytes });
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
 * A session of the package on one side, a classic peer on the other.
 *
 * @param {any} [given]
 */
export async function connectClassic({ chunkSize = chunkOfTheClass, ...given } = {}) {
  const party = await connectFarEnd(given);
  return Object.assign(party, { classic: new ClassicPeer(party.link.b, party.clock, { chunkSize }) });
}

/** The class's ids come from `Math.random()` in base 36: short, and unlike this package's own. */
function shortId() {
  return Math.random().toString(36).slice(2, 11);
}
