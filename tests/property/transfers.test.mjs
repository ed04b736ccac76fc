// @ts-check
// Two `Transfers` of which anything is asked in any order, over channels that are lost and replaced: each promise settles once and in
// time, what arrives is what was offered, a delivered file has arrived, and no rejection is an unhandled one.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MockLink, VirtualClock } from 'peer-session/testing';
import { storeOf, Transfers } from 'peer-session/transfers';
import { bytesOf, sha256 } from '../glue/support/files.mjs';

const runs = Number(process.env.PROPERTY_RUNS ?? 1000);
const replay = process.env.PROPERTY_SEED
  ? { seed: Number(process.env.PROPERTY_SEED), path: process.env.PROPERTY_PATH ?? '' }
  : {};

/** @type {unknown[]} */
const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

const side = fc.constantFrom('a', 'b');
const which = fc.nat(7);
const size = fc.constantFrom(0, 1, 500, 20_000, 70_000, 300_000);
const step = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({ do: fc.constant('offer'), side, size, hasHash: fc.boolean(), isStream: fc.boolean() }),
  },
  {
    weight: 30,
    arbitrary: fc.record({
      do: fc.constant('pull'),
      side,
      which,
      priority: fc.integer({ min: -2, max: 2 }),
      toSink: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('withdraw', 'abort', 'decline', 'cancel', 'dismiss'), side, which }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constantFrom('pause', 'resume', 'prioritize'), side, which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('lose', 'replace'), side }) },
  {
    weight: 18,
    arbitrary: fc.record({
      do: fc.constant('wait'),
      side,
      turns: fc.constantFrom(1, 5, 30),
      ms: fc.constantFrom(0, 50, 3_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close'), side }) },
);
const options = fc.record({
  pullsAhead: fc.constantFrom(0, 1, 30_000, 4_194_304),
  recoveryTimeout: fc.constantFrom(0, 60_000),
  maxMessageSize: fc.constantFrom(1_000, 16_384, 262_144),
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

class World {
  clock = new VirtualClock();
  /** @type {any[]} */ offers = [];
  /** @type {any[]} */ files = [];
  /** @type {any[]} */ pulls = [];
  #number = 0;

  constructor(given) {
    this.given = given;
    this.link = new MockLink({ bytesPerTurn: 20_000 });
    const make = (channel, own) => new Transfers(channel, { clock: this.clock, partialStore: false, ...own });
    this.sides = { a: make(this.link.a, given.a), b: make(this.link.b, given.b) };
    for (const [name, transfers] of Object.entries(this.sides)) {
      transfers.addEventListener('incoming', ({ file }) => this.files.push({ name, file }));
      storeOf(transfers).subscribe(() => storeOf(transfers).getSnapshot());
    }
    this.link.open();
  }

  async take(action) {
    const transfers = this.sides[action.side];
    const pick = (list) => {
      const own = list.filter(({ name }) => name === action.side);
      return own[action.which % own.length];
    };
    switch (action.do) {
      case 'offer': {
        const seed = ++this.#number;
        const content = bytesOf(action.size, seed);
        const controller = new AbortController();
        const source = action.isStream
          ? { stream: new Blob([content]).stream(), size: action.size, name: String(seed) }
          : new File([content], String(seed));
        const offer = transfers.offer(source, {
          signal: controller.signal,
          extra: { seed },
          hash: action.hasHash ? sha256(content) : null,
        });
        const entry = { name: action.side, offer, controller, ends: 0, end: '' };
        watch(offer.done, entry);
        this.offers.push(entry);
        break;
      }
      case 'pull': {
        const found = pick(this.files);
        if (!found) break;
        const { file } = found;
        const pull = file.pull({ priority: action.priority, ...(action.toSink ? { to: sink() } : {}) });
        if (this.pulls.some((other) => other.pull === pull)) break;
        const entry = { name: action.side, pull, file, ends: 0, end: '' };
        watch(pull, entry, async (result) => {
          const content = 'arrayBuffer' in result ? new Uint8Array(await result.arrayBuffer()) : result;
          assert.deepEqual(content, bytesOf(file.size, file.extra.seed), 'another content than was offered');
        });
        this.pulls.push(entry);
        break;
      }
      case 'withdraw':
        pick(this.offers)?.offer.withdraw();
        break;
      case 'abort':
        pick(this.offers)?.controller.abort();
        break;
      case 'decline':
        pick(this.files)?.file.decline('no');
        break;
      case 'dismiss':
        storeOf(transfers).dismiss();
        break;
      case 'prioritize': {
        const found = pick(this.pulls);
        if (found) found.pull.priority += 1;
        break;
      }
      case 'cancel':
      case 'pause':
      case 'resume':
        pick(this.pulls)?.pull[action.do]();
        break;
      case 'lose':
        this.link.fail();
        break;
      case 'replace':
        this.link = new MockLink({ bytesPerTurn: 20_000 });
        this.sides.a.reattach(this.link.a);
        this.sides.b.reattach(this.link.b);
        this.link.open();
        break;
      case 'wait':
        for (let turns = 0; turns < action.turns; turns++) await turn();
        this.clock.advance(action.ms);
        break;
      case 'close':
        transfers.close();
        break;
    }
  }

  /** All that is under way comes to its end; then both are closed. */
  async end() {
    for (const { pull } of this.pulls) pull.resume();
    for (let turns = 0; turns < 60; turns++) await turn();
    // Longer than any wait there is.
    for (let minutes = 0; minutes < 3; minutes++) {
      this.clock.advance(60_000);
      for (let turns = 0; turns < 5; turns++) await turn();
    }
    this.sides.a.close();
    this.sides.b.close();
    await Promise.all([this.sides.a.closed, this.sides.b.closed]);
    // A hash that is being computed has its timer until it is known.
    for (let turns = 0; turns < 5 || (turns < 500 && this.clock.pendingTimers > 0); turns++) await turn();
  }
}

function watch(promise, entry, check = /** @type {(result: any) => Promise<void>} */ (async () => {})) {
  promise.then(
    async (result) => {
      entry.ends += 1;
      entry.end = 'ok';
      try {
        await check(result);
      } catch (error) {
        entry.end = String(error);
      }
    },
    (error) => {
      entry.ends += 1;
      entry.end = error.code;
    },
  );
}

/** Gives the content. */
function sink() {
  const chunks = [];
  return {
    write: (chunk) => void chunks.push(chunk),
    finish: () => new Uint8Array(Buffer.concat(chunks)),
    abort: () => {},
  };
}

test('whatever is asked in whatever order, each promise settles once, and truly', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ a: options, b: options }),
      fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
      async (given, steps) => {
        const world = new World(given);
        for (const action of steps) {
          await world.take(action);
          await turn();
        }
        await world.end();
        for (const { ends, end, offer } of world.offers) {
          assert.equal(ends, 1, `an offer that is ${offer.state} settled ${ends} times`);
          assert.equal(offer.state, end === 'ok' ? 'delivered' : 'failed');
          assert.equal(typeof end, 'string');
        }
        for (const { ends, end, pull } of world.pulls) {
          assert.equal(ends, 1, `a pull that is ${pull.state} settled ${ends} times`);
          assert.ok(/^[a-z-]+$/.test(end), end);
          assert.equal(pull.state, end === 'ok' ? 'done' : 'failed');
        }
        for (const { offer, end } of world.offers) {
          if (end !== 'ok') continue;
          const arrived = world.pulls.some(({ file, end: how }) => file.id === offer.id && how === 'ok');
          assert.ok(arrived, 'delivered, and nobody has it');
        }
        assert.deepEqual(unhandled, []);
        assert.equal(world.clock.pendingTimers, 0, 'timers after the end');
      },
    ),
    { numRuns: runs, includeErrorInReport: true, ...replay },
  );
});
