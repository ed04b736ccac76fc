// @ts-check
import { hashOf } from './disk-file.mjs';
import { exitCodes } from './exit-codes.mjs';
import { formatBytes } from './format.mjs';
import { nameOf } from './stay.mjs';

/** The file is not what it was, or cannot be read: nobody will get it. */
const faultsOfFile = new Set(['unreadable', 'read-timeout', 'file-changed', 'hash-failed']);
/** Nobody has asked for it in time, or there were too many: it is offered anew. */
const forgotten = new Set(['offer-expired', 'offer-evicted']);

/**
 * Offers files to everybody who comes, until each has been delivered once.
 *
 * @implements {Required<Pick<import('./stay.mjs').Task, 'connected' | 'requested'>>}
 */
export class Sending {
  /** @type {Map<import('./peer.mjs').Peer, import('../dist/transfers.js').Transfers>} */
  #waiting = new Map();
  #isHashed = false;
  /** Offers that somebody has asked for and not got yet. */
  #pulled = 0;

  /**
   * @param {{ keep: boolean }} wish
   * @param {import('./shared-file.mjs').SharedFile[]} files
   * @param {{ stay: import('./stay.mjs').Stay, output: import('./output.mjs').Output, progress: import('./progress.mjs').Progress }} surroundings
   */
  constructor({ keep }, files, { stay, output, progress }) {
    this.keep = keep;
    this.files = files;
    this.stay = stay;
    this.output = output;
    this.progress = progress;
  }

  /**
   * All are hashed before the first is offered: who receives them is told of all at once.
   *
   * @param {AbortSignal} signal
   */
  async hashAll(signal) {
    for (const file of this.files) {
      const item = this.progress.begin(`Reading ${file.name}`, file.size);
      const started = performance.now();
      try {
        file.hash = await hashOf(
          file.handle,
          (bytes) => item.update(bytes, (1000 * bytes) / (performance.now() - started)),
          signal,
        );
        this.output.note(`${file.name}: ${formatBytes(file.size)}, SHA-256 ${file.hash}`);
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(file, /** @type {Error} */ (error).message);
      } finally {
        item.end();
      }
    }
    this.#isHashed = true;
    for (const [peer, transfers] of this.#waiting) this.#offerAll(peer, transfers);
    this.#waiting.clear();
    this.#endIfDone();
  }

  /**
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').Transfers} transfers
   */
  connected(peer, transfers) {
    if (this.#isHashed) this.#offerAll(peer, transfers);
    else this.#waiting.set(peer, transfers);
  }

  /**
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').Transfers} transfers
   * @param {string} hash
   */
  requested(peer, transfers, hash) {
    for (const file of this.files) if (file.hash === hash) void this.#offer(peer, transfers, file);
  }

  /**
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').Transfers} transfers
   */
  #offerAll(peer, transfers) {
    for (const file of this.files) void this.#offer(peer, transfers, file);
  }

  /**
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').Transfers} transfers
   * @param {import('./shared-file.mjs').SharedFile} file
   */
  async #offer(peer, transfers, file) {
    if (file.state === 'failed') return;
    const { name, type: mime, hash, handle } = file;
    const offer = transfers.offer(handle, { name, mime, hash });
    const transfer = this.#follow(peer, offer, file);
    try {
      await offer.done;
      this.output.note(`${name}: delivered to ${nameOf(peer)}.`);
      file.state = 'delivered';
    } catch (error) {
      this.#notDelivered(peer, transfers, file, /** @type {any} */ (error));
    }
    if (await transfer) this.#pulled -= 1;
    this.#endIfDone();
  }

  /**
   * Whether it was ever asked for.
   *
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').Offer} offer
   * @param {import('./shared-file.mjs').SharedFile} file
   */
  async #follow(peer, offer, { name, size }) {
    try {
      await offer.pulled;
    } catch {
      return false;
    }
    this.stay.isOfUse();
    this.#pulled += 1;
    this.output.note(`${name}: to ${nameOf(peer)}, ${formatBytes(size)}.`);
    const item = this.progress.begin(name, size);
    for await (const { bytes, rate } of offer.progress()) item.update(bytes, rate);
    item.end();
    return true;
  }

  /**
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').Transfers} transfers
   * @param {import('./shared-file.mjs').SharedFile} file
   * @param {import('../dist/transfers.js').PeerSessionError} error
   */
  #notDelivered(peer, transfers, file, { code, message, peerReason }) {
    if (faultsOfFile.has(code)) this.#fail(file, message);
    else if (forgotten.has(code) && transfers.state === 'open') void this.#offer(peer, transfers, file);
    else if (code === 'aborted-by-peer')
      this.output.note(`${file.name}: ${nameOf(peer)} did not take it (${peerReason ?? 'no reason'}).`);
    // That a connection ended is told by whoever knows of all its transfers.
    else if (transfers.state === 'open') this.output.note(`${file.name}: not delivered to ${nameOf(peer)}: ${message}`);
  }

  /**
   * @param {import('./shared-file.mjs').SharedFile} file
   * @param {string} why
   */
  #fail(file, why) {
    if (file.state === 'waiting') file.state = 'failed';
    this.output.error(`${file.name}: ${why}`);
  }

  #endIfDone() {
    if (this.#pulled > 0 || !this.#isHashed) return;
    const isFailed = this.files.some(({ state }) => state === 'failed');
    const isLeft = this.files.some(({ state }) => (this.keep ? state !== 'failed' : state === 'waiting'));
    if (!isLeft) this.stay.end(isFailed ? exitCodes.failed : exitCodes.done);
  }
}
