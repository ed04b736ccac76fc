// @ts-check
import { makeFile, unreadableBlob } from '../glue/support/files.mjs';
import { Fuse } from '../glue/support/fuse.mjs';
import { connectPair } from '../glue/support/sessions.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const other = (side) => (side === 'a' ? 'b' : 'a');

/** Bounds the re-entrance of callbacks that answer a call with a call. */
const maxCallsBack = 6;

/**
 * Plays a scenario on two sessions of the built package, and lets it come to rest. Resolves with all that is needed to
 * judge it.
 */
export async function runScenario({ steps, ...given }) {
  const world = new World(given);
  await world.connect();
  for (const step of steps) await world.perform(step);
  await world.comeToRest();
  return world;
}

class World {
  /** By id: what was offered. */
  offered = new Map();
  /** By side and id: how often it was pulled while it was not under way. */
  pulls = { a: new Map(), b: new Map() };
  /** By side: the hashes that it said it has, and asked for, while it was connected. */
  told = { a: new Set(), b: new Set() };
  requested = { a: new Set(), b: new Set() };
  /** By side: whether it ends of itself: its owner closes it, or its channel refuses a message. */
  endsItself = { a: false, b: false };
  #given;
  #manners;
  /** Blows when a callback that always asks again keeps the event loop from its turn. More than are drawn to be done at once. */
  fuse = new Fuse(20_000);
  #goesOn = true;
  #refusals = 0;
  #said = 0;
  #seed = 1;
  /** Streams that are neither offered nor refused yet. */
  #unoffered = 0;
  #offersOf = { a: [], b: [] };
  #callsBack = { a: 0, b: 0 };

  constructor(given) {
    this.options = given.sized.options;
    this.#given = given;
    this.#manners = given.manners;
  }

  async connect() {
    const given = (side) => ({ options: this.options, on: this.#callbacksOf(side) });
    const link = { drain: 'manual', maxMessageSize: this.#given.maxMessage };
    const {
      a,
      b,
      link: joined,
      clock,
    } = await connectPair(/** @type {any} */ ({ link, a: given('a'), b: given('b') }));
    this.parties = { a, b };
    this.link = joined;
    this.clock = clock;
    const { closesOnComplete: side } = this.#given;
    this.parties[side]?.session.addEventListener('transferend', ({ direction, outcome }) => {
      if (direction === 'send' && outcome === 'complete') this.#close(side);
    });
  }

  /** The hashes that it was told, or asked for. */
  heard(side) {
    return {
      told: this.parties[side].events('inventory').flatMap(({ data }) => data),
      requested: this.parties[side].of('file-requested').map(({ hash }) => hash),
    };
  }

  ends(side) {
    const counts = new Map();
    for (const [id] of this.parties[side].ends()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  async perform(step) {
    switch (step.kind) {
      case 'offer':
        return this.#offer(step.side, Math.round((step.size * this.#given.sized.unit) / 1000), step.flaw, step.hashAs);
      case 'stream':
        return this.#offerStream(step);
      case 'pull': {
        const offers = this.#offersOf[other(step.side)];
        if (offers.length > 0) this.#pull(step.side, offers[step.which % offers.length]);
        return;
      }
      case 'pull unknown':
        return this.#pull(step.side, `unknown ${this.#seed++}`);
      case 'drain':
        return this.link.drain(step.side, step.bytes);
      case 'turns':
        for (let count = 0; count < step.count; count++) await turn();
        return;
      case 'ping':
        return this.parties[step.side].session.sendPing();
      case 'sync':
        return this.parties[step.side].session.requestSync();
      case 'inventory':
        return this.#tell(step);
      case 'requests':
        return this.#request(step);
      case 'advance':
        return this.clock.advance(step.seconds * 1000);
      case 'close':
        return this.#close(step.side);
      case 'send fault':
        this.endsItself[step.side] = true;
        this.link.channel(step.side).sendFault = new DOMException('full', 'OperationError');
        return;
      case 'channel closes':
        return this.link.close();
      case 'channel fails':
        return this.link.fail();
      case 'closes at':
        return this.link.faultAfter(step.side, step.bytes, 'close');
      case 'fails at':
        return this.link.faultAfter(step.side, step.bytes, 'error');
      default:
        throw new Error(`unknown step ${step.kind}`);
    }
  }

  /** Everything moves until nothing is left to do; then the deadlines end what only they can end. */
  async comeToRest() {
    await turn();
    this.#goesOn = false;
    const sessions = [this.parties.a.session, this.parties.b.session];
    const isBusy = () =>
      this.link.a.hasQueued ||
      this.link.b.hasQueued ||
      this.link.a.readyState === 'closing' ||
      this.link.b.readyState === 'closing' ||
      sessions.some(({ stats }) => stats && stats.queuedUploads + stats.unverifiedFiles + stats.outboxBytes > 0);
    this.link.setAuto(true);
    const isAtRest = () =>
      this.#unoffered === 0 &&
      sessions.every(({ stats }) => !stats || stats.waitingPulls + stats.pendingOffers === 0) &&
      (sessions.some(({ stats }) => !stats) || ['a', 'b'].every((side) => this.#isAllHeard(side)));
    // A callback that calls back begins something new with each round; their number is bounded.
    for (let round = 0; round === 0 || (round < 20 && !isAtRest()); round++) {
      for (const seconds of [0, 16, 31, 301]) {
        this.clock.advance(seconds * 1000);
        do await turn();
        while (isBusy());
      }
    }
  }

  #close(side) {
    this.endsItself[side] = true;
    this.parties[side].session.close();
  }

  #tell({ side, count, bad }) {
    const { session } = this.parties[side];
    const hashes = this.#newHashes(count);
    if (session.isConnected) for (const hash of hashes) this.told[side].add(hash);
    const spelt = hashes.map((hash, index) => (index % 2 === 0 ? hash : hash.toUpperCase()));
    session.sendInventory(bad ? ['no hash', ...spelt, 'x'.repeat(64)] : spelt);
  }

  #request({ side, count, bad }) {
    const { session } = this.parties[side];
    for (const hash of this.#newHashes(count)) {
      if (session.isConnected) this.requested[side].add(hash);
      session.requestFile(hash.toUpperCase());
    }
    if (bad) session.requestFile('no hash');
  }

  #newHashes(count) {
    return Array.from({ length: count }, () => `abcdef${String(this.#said++).padStart(58, '0')}`);
  }

  #isAllHeard(side) {
    const { told, requested } = this.heard(other(side));
    return told.length >= this.told[side].size && requested.length >= this.requested[side].size;
  }

  #offer(side, size, flaw, hashAs = 'lower') {
    const file = makeFile(size, { seed: this.#seed++ });
    const hash = spell(flaw === 'wrong hash' ? 'f'.repeat(64) : file.hash, hashAs);
    const id = this.parties[side].session.sendImage(flawedBlob(file, flaw, this.options.blockSize), hash);
    if (id === undefined) return;
    this.offered.set(id, { file, flaw, side });
    this.#offersOf[side].push(id);
  }

  #pull(side, id) {
    const counts = this.pulls[side];
    const pulled = counts.get(id) ?? 0;
    const ended = this.ends(side).get(id) ?? 0;
    if (pulled === ended) counts.set(id, pulled + 1);
    this.parties[side].session.pullFile(id);
  }

  /** Without its hash, which follows. */
  #offerStream({ side, size: thousandths, piece, flaw }) {
    const size = Math.round((thousandths * this.#given.sized.unit) / 1000);
    const file = makeFile(size, { seed: this.#seed++ });
    let at = 0;
    const pull = (controller) => {
      if (flaw === 'fails' && at >= size / 2) throw new Error('the stream is broken');
      if (at < size) controller.enqueue(file.bytes.slice(at, (at += Math.min(piece, size - at))));
      else controller.close();
    };
    const said = size + ({ short: 1, long: -1 }[flaw] ?? 0);
    if (said < 0) return;
    this.#unoffered += 1;
    const stream = new ReadableStream({ pull }, { highWaterMark: 0 });
    void this.parties[side].session.sendFile({ stream, size: said }).then((id) => {
      this.#unoffered -= 1;
      if (id === undefined) return;
      this.offered.set(id, { file, flaw, side, isStream: true });
      this.#offersOf[side].push(id);
    });
  }

  #callbacksOf(side) {
    return Object.fromEntries(
      Object.entries(this.#manners).map(([name, manner]) => [
        name,
        (...given) => {
          if (!this.parties) return true;
          const { closesInCallback } = this.#given;
          if (closesInCallback?.side === side && closesInCallback.callback === name) this.#close(side);
          if (manner === 'refuses') return this.#refusals++ % 2 === 1;
          if (manner === 'throws') throw new Error('the callback is broken');
          if (manner === 'rejects' && name !== 'mayReceive') return Promise.reject(new Error('the callback is broken'));
          if (manner === 'always asks' && this.#goesOn && this.fuse.burn()) this.#askAgain(side, name, given[0]);
          if (manner === 'calls back' && this.#callsBack[side]++ < maxCallsBack) this.#callBack(side);
          return true;
        },
      ]),
    );
  }

  /** What has failed is asked for again, and so on for ever; anything else brings the other side into it. */
  #askAgain(side, name, given) {
    const { session } = this.parties[side];
    if (name === 'transferError') this.#pull(side, given);
    else session.requestSync();
    session.sendPing();
  }

  #callBack(side) {
    const { session } = this.parties[side];
    session.sendPing();
    session.requestSync();
    this.#request({ side, count: 1, bad: true });
    this.#offer(side, Math.round(1.5 * this.#given.sized.unit), 'none');
    this.#pull(side, `unknown ${this.#seed++}`);
  }
}

function spell(hash, as) {
  if (as === 'upper') return hash.toUpperCase();
  if (as === 'mixed') return hash.replace(/[a-f]/, (digit) => digit.toUpperCase());
  return as === 'none' ? hash.slice(1) : hash;
}

function flawedBlob(file, flaw, blockSize) {
  if (flaw === 'unreadable') return unreadableBlob(file.bytes.length);
  if (flaw === 'shrunk') {
    return Object.defineProperty(new Blob([file.bytes.subarray(0, -1)]), 'size', { value: file.bytes.length });
  }
  if (flaw !== 'unreadable later') return file.blob;
  return unreadableBlob(file.bytes.length, { from: Math.floor(blockSize), blob: file.blob });
}
