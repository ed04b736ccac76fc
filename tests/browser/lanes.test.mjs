// Where packets are lost a file gets further connections, and arrives whole over all of them, also when one is cut.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, seed, seededRandom } from './bench.mjs';
import { Relays } from './relays.mjs';

const context = bench({ before, after });

/** One channel takes half a minute for it. */
const file = { seed: 1, size: 8_000_000 };

async function joinOverLossyPath(t) {
  const relays = new Relays({ delay: 25, loss: 0.01, random: seededRandom(seed) });
  t.after(() => relays.close());
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, {
    right: { pullsEachOffer: true, countsWire: true },
    carry: relays.carry,
    carriesLanes: true,
  });
  await pair.connect();
  await pair.left.share([file]);
  await pair.right.until((party) => party.session.stats.lanes > 0);
  return { pair, relays };
}

async function assertWhole(t, { pair, relays }) {
  await pair.right.untilSettled();
  const report = await pair.right.report();
  assert.equal(countOf(assertExactlyOnce(report, 'right')), '1 image');
  await pair.left.until((party) => [...party.sent.values()].every((ends) => ends.length > 0));
  const left = await pair.left.report();
  assertExactlyOnce(left, 'left');
  assert.equal(countOf(left.sent.flat()), '1 sent');
  assert.deepEqual(report.states, ['open'], 'the session itself was never interrupted');
  assert.ok(relays.count > 1, 'lanes have taken the same path');
  t.diagnostic(`${relays.count} connections, ${report.wireBytes - file.size} bytes twice (seed ${seed})`);
}

test('a file over a path with 1 % of loss opens lanes, and arrives whole', limit, async (t) => {
  const joined = await joinOverLossyPath(t);
  await assertWhole(t, joined);
});

test('a lane that is cut in the middle keeps nothing of the file back', limit, async (t) => {
  const joined = await joinOverLossyPath(t);
  const { pair, relays } = joined;
  const wire = (await pair.right.report()).wireBytes;
  await pair.right.until((party, bytes) => party.wireBytes > bytes, wire + 500_000);
  assert.equal((await pair.right.report()).ends.flat().length, 0, 'it is under way');
  relays.cutNewest();
  const cut = performance.now();
  await assertWhole(t, joined);
  t.diagnostic(`${Math.round(performance.now() - cut)} ms after the cut`);
});

test('no lane is left when the session is over', limit, async (t) => {
  const { pair } = await joinOverLossyPath(t);
  await pair.left.close();
  await pair.right.untilClosed();
  for (const side of [pair.left, pair.right]) {
    const { stats, connections } = await side.report();
    assert.equal(stats, undefined);
    assert.ok(connections.length > 1);
    // The first one of the side that closes outlives its channel, for the peer to hear the last of it.
    assert.deepEqual(new Set(connections.slice(1)), new Set(['closed']));
  }
});
