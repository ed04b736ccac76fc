// The path between the pages delays, loses, and breaks for good; the only way leads through a relay of the test.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { UdpRelay, withoutCandidates } from '../support/udp-relay.mjs';
import {
  assertExactlyOnce,
  bench,
  countOf,
  joinPages,
  limit,
  openTestPage,
  rounds,
  seed,
  seededRandom,
} from './bench.mjs';

const context = bench({ before, after });

const random = seededRandom(seed);
const files = [0, 1, 15_000, 100_000, 250_000].map((size, index) => ({ seed: index + 1, size }));
const long = [1, 2, 3].map((each) => ({ seed: each, size: 3_000_000 + each }));

/** A path is called lost some 13 s after its last packet, and then another connection is tried for so long. */
const recovery = { recoveryTimeout: 20_000 };
const noticed = 20_000;
const short = { pullTimeout: 3_000, stallTimeout: 4_000 };
/** For a busy machine to notice that its time has come. */
const room = 4_000;

test('through 25 ms of delay and 1 % of loss everything arrives, both ways', limit, async (t) => {
  const { pair, relay } = await joinThroughRelay(t);
  for (let round = 0; round < rounds; round += 1) {
    const offered = files.map((file) => ({ ...file, seed: file.seed + 10 * round }));
    await Promise.all([pair.left.share(offered), pair.right.share(offered)]);
    const count = files.length * (round + 1);
    await Promise.all([pair.left.untilOffered(count), pair.right.untilOffered(count)]);
    await Promise.all([pair.left.untilSettled(), pair.right.untilSettled()]);
  }
  for (const side of [pair.left, pair.right]) {
    const ends = assertExactlyOnce(await side.report(), side.name);
    assert.equal(countOf(ends), `${files.length * rounds} image`);
  }
  t.diagnostic(`${relay.forwarded} packets passed, ${relay.dropped} were lost`);
  assert.ok(relay.dropped > 0, 'the path really lost packets');
});

test('a path that breaks for good', { ...limit, concurrency: true }, async (t) => {
  const withShort = t.test('with short waits both sides settle in time', async (t) => {
    for (let round = 0; round < rounds; round += 1) {
      const waited = await cutInTheMiddle(t, short, `short-${round}`);
      for (const milliseconds of waited) assert.ok(milliseconds < short.pullTimeout + short.stallTimeout + room);
    }
  });
  const withDefaults = t.test('with the default waits too, and both sessions learn that it is over', async (t) => {
    const waited = await cutInTheMiddle(t, recovery, 'default', async (pair) => {
      // Nobody closed them: the connection's own failure does.
      await Promise.all([pair.left.untilClosed(), pair.right.untilClosed()]);
    });
    for (const milliseconds of waited) assert.ok(milliseconds < noticed + recovery.recoveryTimeout + room);
  });
  await Promise.all([withShort, withDefaults]);
});

async function joinThroughRelay(t, options = {}, name = 'relayed') {
  const relay = await UdpRelay.start({ delay: 25, loss: 0.01, random });
  t.after(() => relay.close());
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, {
    name,
    options,
    left: { pullsEachOffer: true },
    right: { pullsEachOffer: true },
    carry: { left: withoutCandidates, right: (signal) => relay.redirect(signal) },
  });
  await pair.connect();
  return { pair, relay };
}

async function cutInTheMiddle(t, options, name, untilOver = async () => {}) {
  const { pair, relay } = await joinThroughRelay(t, options, name);
  const sides = [pair.left, pair.right];
  await Promise.all(sides.map((side) => side.share(long)));
  await Promise.all(sides.map((side) => side.untilOffered(long.length)));
  const moment = Math.floor(random() * 1_000_000);
  await Promise.all(
    sides.map((side) => side.until((party, bytes) => party.isSettled || party.bytes.receive > bytes, moment)),
  );
  relay.cut();
  const cut = performance.now();
  const waited = await Promise.all(
    sides.map(async (side) => {
      await side.untilSettled();
      const milliseconds = performance.now() - cut;
      const ends = countOf(assertExactlyOnce(await side.report(), side.name));
      t.diagnostic(`${side.name}: cut after ${moment} bytes, settled ${Math.round(milliseconds)} ms later: ${ends}`);
      return milliseconds;
    }),
  );
  await untilOver(pair);
  t.diagnostic(`over ${Math.round(performance.now() - cut)} ms after the cut (seed ${seed})`);
  await Promise.all(sides.map((side) => side.close()));
  for (const side of sides) {
    const { ends } = await side.report();
    assertExactlyOnce(await side.report(), side.name);
    assert.equal(ends.length, long.length);
  }
  return waited;
}
