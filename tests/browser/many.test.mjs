// A thousand images between two pages, and twenty sessions in each page at once: memory stays where the warm-up left it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, rounds } from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
// Far below what hundreds of transfers would leave behind, and above the noise. One page of WebAssembly is 64 KiB.
const mostGrowth = { heap: MiB, buffers: MiB, wasm: 64 * 1024 };
/** What the page itself writes down of each file; it is about half of that. */
const ledgerEntry = 512;

test('a thousand images between two pages leave nothing behind', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const pair = await joinPages(pages, { left: { pullsEachOffer: true }, right: { pullsEachOffer: true } });
  await pair.connect();
  const sides = [pair.left, pair.right];
  const batch = 125;
  const batches = 4 * rounds;

  let seed = 0;
  let warm;
  for (let number = 1; number <= batches; number += 1) {
    const files = Array.from({ length: batch }, () => ({
      seed: (seed += 1),
      size: 20_000 + ((seed * 7_919) % 80_000),
    }));
    await Promise.all(sides.map((side) => side.share(files)));
    await Promise.all(sides.map((side) => side.untilOffered(batch * number)));
    await Promise.all(sides.map((side) => side.untilSettled()));
    if (number === 1) warm = await memoryOf(pages);
  }
  const end = await memoryOf(pages);
  for (const { reachable } of end) assert.deepEqual(reachable, { sessions: 1, blobs: 0 });
  for (const side of sides) {
    const report = await side.report();
    assert.equal(countOf(assertExactlyOnce(report, side.name)), `${batch * batches} image`);
    assert.equal(countOf(report.sent.flat()), `${batch * batches} sent`);
    const { waitingPulls, pendingOffers, queuedUploads, unverifiedFiles, outboxBytes } = report.stats;
    assert.deepEqual([waitingPulls, pendingOffers, queuedUploads, unverifiedFiles, outboxBytes], [0, 0, 0, 0, 0]);
  }
  const files = 2 * batch * (batches - 1);
  assertFlat(t, { warm, end, files }, `after ${2 * batch} images, and after ${2 * batch * batches}`);
});

test('twenty sessions in one page at once, again and again, leave nothing behind', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const count = 20;
  const filesEach = 5;
  let warm;
  for (let round = 0; round <= rounds; round += 1) {
    const pairs = [];
    for (let index = 0; index < count; index += 1) {
      const pulls = { left: { pullsEachOffer: true }, right: { pullsEachOffer: true } };
      pairs.push(await joinPages(pages, { name: `${round}-${index}`, ...pulls }));
    }
    await Promise.all(pairs.map((pair) => pair.connect()));
    const sides = pairs.flatMap(({ left, right }) => [left, right]);
    await Promise.all(
      sides.map((side, index) =>
        side.share(
          Array.from({ length: filesEach }, (_, file) => ({ seed: 1 + index * 100 + file, size: 50_000 + file })),
        ),
      ),
    );
    await Promise.all(sides.map((side) => side.untilOffered(filesEach)));
    await Promise.all(sides.map((side) => side.untilSettled()));
    for (const side of sides) {
      assert.equal(countOf(assertExactlyOnce(await side.report(), side.name)), `${filesEach} image`);
    }
    if (round === 0) assertSharedEngine(await memoryOf(pages));
    await Promise.all(pairs.map(({ left }) => left.close()));
    await Promise.all(sides.map((side) => side.untilClosed()));
    for (const page of pages) await page.evaluate(() => window.parties.clear());
    if (round === 0) warm = await memoryOf(pages);
  }
  const end = await memoryOf(pages);
  for (const { reachable } of end) assert.deepEqual(reachable, { sessions: 0, blobs: 0 });
  assertFlat(
    t,
    { warm, end, files: 2 * count * filesEach * rounds },
    `after ${count} sessions, and after ${count * (1 + rounds)}`,
  );
});

/** After a collection: JavaScript's heap, the buffers outside it, WebAssembly's memory, and what can be reached. */
async function memoryOf(pages) {
  const figures = [];
  for (const page of pages) {
    const devtools = await page.context().newCDPSession(page);
    // Twice: what the first round finalizes, the second one frees.
    for (let round = 0; round < 2; round += 1) await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = await devtools.send('Runtime.getHeapUsage');
    const wasm = await page.evaluate(() => window.wasmMemory());
    const reachable = await page.evaluate(() => window.countReachable());
    figures.push({ heap: usedSize + embedderHeapUsedSize, buffers: backingStorageSize, wasm, reachable });
    await devtools.detach();
  }
  return figures;
}

function assertSharedEngine(figures) {
  for (const { wasm } of figures) assert.equal(wasm.length, 1, 'one engine module serves all sessions of a page');
}

function assertFlat(t, { warm, end, files }, when) {
  const bounds = { ...mostGrowth, heap: mostGrowth.heap + files * ledgerEntry };
  const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  for (const [index, side] of ['left', 'right'].entries()) {
    const [first, last] = [warm[index], end[index]].map(({ wasm, ...rest }) => ({ ...rest, wasm: wasm[0] }));
    const shown = Object.keys(mostGrowth).map((kind) => `${kind} ${kib(first[kind])} -> ${kib(last[kind])}`);
    t.diagnostic(`${side} page ${when}: ${shown.join(', ')}`);
    for (const [kind, most] of Object.entries(bounds)) {
      assert.ok(last[kind] - first[kind] <= most, `${side} page: ${kind} grew by ${kib(last[kind] - first[kind])}`);
    }
  }
}
