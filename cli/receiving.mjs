// @ts-check
import { safeName } from '../dist/transfers.js';
import { DiskSink } from './disk-sink.mjs';
import { exitCodes } from './exit-codes.mjs';
import { formatBytes, percentOf } from './format.mjs';
import { nameOf } from './stay.mjs';

/** After the last offer, or file: then all is here that was to come. */
const quietMs = 2_000;
/** Attempts to reach a peer anew that what has failed is waited for. */
const mostAttempts = 3;
/** A peer that offers without end is no reason to remember without end. */
const mostRemembered = 100_000;
const mostSources = 32;

/** @param {import('../dist/transfers.js').PeerSessionError} error */
function reasonOf({ code, message, cause, peerReason }) {
  if (code === 'closed' || code === 'channel-error') return 'the connection ended.';
  if (peerReason) return `the peer ended it (${peerReason}).`;
  return cause instanceof Error ? cause.message : message;
}

/**
 * A file that somebody offers, or several do, or somebody does again.
 *
 * @typedef {object} Wanted
 * @property {string} name
 * @property {boolean} isReceived
 * @property {boolean} isRunning
 * @property {{ peer: import('./peer.mjs').Peer, file: import('../dist/transfers.js').IncomingFile }[]} sources Those that are left.
 */

/**
 * Takes what is offered, each content under its name once.
 *
 * @implements {Required<Pick<import('./stay.mjs').Task, 'offered' | 'peersChanged'>>}
 */
export class Receiving {
  /** @type {Map<string, Wanted>} */
  #wanted = new Map();
  /** @type {Set<Wanted>} */
  #waiting = new Set();
  /** @type {Set<Wanted>} What somebody may offer once more. */
  #failed = new Set();
  /** @type {Set<DiskSink>} Of what is running. */
  #sinks = new Set();
  #received = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #quiet;

  /**
   * @param {{ to: string, count: number | undefined, keep: boolean }} wish
   * @param {{ stay: import('./stay.mjs').Stay, output: import('./output.mjs').Output, progress: import('./progress.mjs').Progress }} surroundings
   */
  constructor(wish, { stay, output, progress }) {
    this.wish = wish;
    this.stay = stay;
    this.output = output;
    this.progress = progress;
  }

  /**
   * @param {import('./peer.mjs').Peer} peer
   * @param {import('../dist/transfers.js').IncomingFile} file
   */
  offered(peer, file) {
    this.stay.isOfUse();
    const name = safeName(file.name);
    const key = JSON.stringify([name, file.size, file.hash ?? file.id]);
    const wanted = this.#wanted.get(key) ?? { name, isReceived: false, isRunning: false, sources: [] };
    this.#wanted.set(key, wanted);
    if (this.#wanted.size > mostRemembered) this.#forgetOldest();
    if (wanted.isReceived) return;
    if (wanted.sources.length < mostSources) wanted.sources.push({ peer, file });
    this.#failed.delete(wanted);
    if (!wanted.isRunning) this.#waiting.add(wanted);
    this.#next();
  }

  peersChanged() {
    this.#next();
  }

  /** Resolves when the disk has all that it will have. */
  async settled() {
    await Promise.all([...this.#sinks].map((sink) => sink.settled()));
  }

  /** Asks for all that there is, and sees whether that was all. */
  #next() {
    const { count = Infinity } = this.wish;
    for (const wanted of this.#waiting) {
      if (this.#received + this.#sinks.size >= count) break;
      wanted.sources = wanted.sources.filter(({ file }) => file.state === 'offered');
      this.#waiting.delete(wanted);
      if (wanted.sources[0]) void this.#pull(wanted, wanted.sources[0]);
      else this.#failed.add(wanted);
    }
    clearTimeout(this.#quiet);
    if (this.#isDone()) this.#quiet = setTimeout(() => this.#end(), this.stay.peers.length === 0 ? 0 : quietMs);
  }

  #isDone() {
    const { count, keep } = this.wish;
    if (this.#sinks.size > 0 || keep) return false;
    if (count !== undefined) return this.#received >= count;
    const hasFailed = this.#failed.size > 0;
    // Whoever comes back offers it once more.
    if (hasFailed && this.stay.peers.some((peer) => !peer.isConnected && peer.failures <= mostAttempts)) return false;
    return hasFailed || this.#received > 0;
  }

  #end() {
    const failed = this.wish.count === undefined ? this.#failed.size : 0;
    if (failed > 0) {
      const what = failed === 1 ? '1 file did not arrive' : `${failed} files did not arrive`;
      this.output.error(`${what}. Receive again, while they are offered, to go on where they were.`);
    }
    this.stay.end(failed > 0 ? exitCodes.failed : exitCodes.done);
  }

  /**
   * @param {Wanted} wanted
   * @param {Wanted['sources'][number]} source
   */
  async #pull(wanted, { peer, file }) {
    const { name } = wanted;
    wanted.isRunning = true;
    let from = 0;
    const sink = new DiskSink(this.wish.to, name, (bytes) => {
      from = bytes;
      this.output.note(`${name}: going on at ${formatBytes(bytes)} (${percentOf(bytes, file.size)} %).`);
    });
    this.#sinks.add(sink);
    try {
      const pull = file.pull({ to: sink });
      void this.#follow(pull, name, () => from);
      this.output.result(String(await pull));
      wanted.isReceived = true;
      wanted.sources = [];
      this.#received += 1;
    } catch (error) {
      const why = reasonOf(/** @type {import('../dist/transfers.js').PeerSessionError} */ (error));
      this.output.note(`${name}: did not arrive from ${nameOf(peer)}: ${why}`);
      wanted.sources = wanted.sources.filter((source) => source.file !== file);
      // Another one goes on with the part.
      await sink.settled();
      this.#waiting.add(wanted);
    }
    wanted.isRunning = false;
    this.#sinks.delete(sink);
    this.#next();
  }

  /**
   * @param {import('../dist/transfers.js').Pull<unknown>} pull
   * @param {string} name
   * @param {() => number} from
   */
  async #follow(pull, name, from) {
    let item;
    for await (const { bytes, size, rate } of pull.progress()) {
      // Those that wait their turn are told of, too.
      if (pull.state === 'waiting') continue;
      if (!item) this.output.note(`${name}: ${formatBytes(size)}.`);
      item ??= this.progress.begin(name, size, from());
      item.update(bytes, rate);
    }
    item?.end();
  }

  #forgetOldest() {
    for (const [key, wanted] of this.#wanted) {
      if (wanted.isRunning || this.#waiting.has(wanted)) continue;
      this.#wanted.delete(key);
      this.#failed.delete(wanted);
      return;
    }
  }
}
