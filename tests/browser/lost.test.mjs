// A path that is lost in the middle of files and comes back, or another one in its place: every file arrives, and no byte of it is
// sent twice but what was on its way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage } from '../e2e/browser.mjs';
import { launchKillableBrowser } from '../support/chromium.mjs';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, ready } from './bench.mjs';
import { Relays } from './relays.mjs';

const context = bench({ before, after });

const MB = 1_000_000;
const size = 10 * MB;
const files = [1, 2, 3, 4, 5].map((seed) => ({ seed, size }));
const window = 1024 * 1024;
/** The path is cut so far into the files. */
const moment = 17 * MB;

async function joinThrough(t, relays, options = {}) {
  t.after(() => relays.close());
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, {
    options,
    right: { pullsEachOffer: true, countsWire: true },
    carry: relays.carry,
  });
  await pair.connect();
  return pair;
}

/** Everything is there, whole, once, and delivered; and no more of it came than it has, and what was on its way. */
async function assertAllThere(t, pair, interruptions) {
  await pair.right.untilSettled();
  const report = await pair.right.report();
  assert.equal(countOf(assertExactlyOnce(report, 'right')), `${files.length} image`);
  await pair.left.until(
    (party, count) => [...party.sent.values()].filter((ends) => ends.length > 0).length === count,
    files.length,
  );
  const sent = await pair.left.report();
  assert.equal(countOf(assertExactlyOnce(sent, 'left') && sent.sent.flat()), `${files.length} sent`);
  const more = report.wireBytes - files.length * size;
  t.diagnostic(`${report.wireBytes} bytes came, ${more} more than there are; states ${report.states.join(', ')}`);
  assert.ok(more <= interruptions * window, `${more} bytes too many`);
}

for (const seconds of [5, 40]) {
  test(`cut for ${seconds} s and mended`, { timeout: 4 * limit.timeout }, async (t) => {
    const relays = new Relays();
    const pair = await joinThrough(t, relays);
    await pair.left.share(files);
    await pair.right.until((party, bytes) => party.bytes.receive > bytes, moment);
    relays.cut();
    const cut = performance.now();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    relays.restore();
    await assertAllThere(t, pair, relays.count);
    t.diagnostic(`${Math.round(performance.now() - cut)} ms after the cut, over ${relays.count} connections`);
  });
}

test(
  'the page of the sender is killed, and its next one has the same files',
  { timeout: 2 * limit.timeout },
  async (t) => {
    const { server, browser } = await launchKillableBrowser();
    t.after(() => server.kill());
    const receiver = await openTestPage(t, context);
    const pages = [await ready(await openPage(t, browser, context.url)), receiver];
    const right = { pullsEachOffer: true, countsWire: true, gallery: 'pictures' };
    const pair = await joinPages(pages, { right });
    await pair.connect();
    await pair.left.share(files);
    await pair.right.until((party, bytes) => party.bytes.receive > bytes, moment);
    server.kill();
    await pair.right.until((party) => party.states.includes('interrupted'));
    await pair.right.close();
    const before = await pair.right.report();

    const next = await joinPages([await openTestPage(t, context), receiver], { name: 'next', right });
    await next.connect();
    await next.left.share(files);
    await next.right.untilOffered(files.length);
    await next.right.untilSettled();
    const report = await next.right.report();
    assert.equal(countOf(assertExactlyOnce(report, 'right')), `${files.length} image`);
    const more = before.wireBytes + report.wireBytes - files.length * size;
    t.diagnostic(`${before.wireBytes} bytes came before, ${report.wireBytes} after: ${more} more than there are`);
    assert.ok(more <= window, `${more} bytes too many`);
  },
);

test('addresses that are gone, and new ones', { timeout: 2 * limit.timeout }, async (t) => {
  const relays = new Relays();
  const pair = await joinThrough(t, relays);
  await pair.left.share(files);
  await pair.right.until((party, bytes) => party.bytes.receive > bytes, moment);
  relays.moveAway();
  const cut = performance.now();
  await assertAllThere(t, pair, 3);
  t.diagnostic(`${Math.round(performance.now() - cut)} ms after the move, over ${relays.count} connections`);
  assert.deepEqual((await pair.right.report()).states.slice(0, 3), ['open', 'interrupted', 'open']);
});
