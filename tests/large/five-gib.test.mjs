// 5 GiB between two browsers, from a source that makes them into the store of the origin-private file system: beyond all that 32 bits can
// count, and beyond all memory. Takes some ten minutes and 6 GB of disk: `npm test -- --only large`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPages, openWithData } from '../browser/bench.mjs';
import { serveBuiltPackage } from '../browser/static-server.mjs';
import { memoryOf } from '../support/process-memory.mjs';

const MiB = 1024 * 1024;
const megabytes = Number(process.env.PEER_SESSION_LARGE ?? 5 * 1024);
const size = megabytes * MiB + 321;
/** Beside the room of 8 MiB: what the platform's own buffers, and garbage that waits to be collected, were seen to take. */
const mostAboveIdle = 64 * MiB;

const offerMade = ({ page, name }, bytes) =>
  page.evaluate(
    async ([name, size]) => {
      const { madeStream } = await import('./made-content.mjs');
      await globalThis.parties.get(name).session.sendFile({ stream: madeStream(size), size, name: 'made.bin' });
    },
    [name, bytes],
  );

const pullMade = ({ page, name }) =>
  page.evaluate(async (name) => {
    const { pullIntoStore } = await import('./into-store.mjs');
    const { firstWrongMade } = await import('./made-content.mjs');
    const { OpfsStore } = await import('/dist/opfs.js');
    const store = new OpfsStore();
    const started = performance.now();
    const { code, cause, file, result } = await pullIntoStore(globalThis.parties.get(name), { store });
    const seconds = (performance.now() - started) / 1000;
    if (code) return { code, cause: String(cause), seconds };
    const end = { size: result.size, wrong: await firstWrongMade(result), seconds };
    await store.delete(file);
    return end;
  }, name);

test(`${megabytes} MiB from a stream into a store, in flat memory`, { timeout: 30 * 60_000 }, async (t) => {
  const server = await serveBuiltPackage();
  t.after(() => server.close());
  const sides = [await openWithData(t, server.url), await openWithData(t, server.url)];
  const options = { maxFileSize: 2 * size };
  const pages = sides.map(({ page }) => page);
  const pair = await joinPages(pages, { options });
  await pair.connect();
  // What is loaded and warm once is not what a large file takes.
  await offerMade(pair.left, 64 * MiB);
  await pair.right.untilOffered(1);
  await pullMade(pair.right);

  const again = await joinPages(pages, { name: 'again', options });
  await again.connect();
  const idle = sides.map(({ pid }) => memoryOf(pid));
  const most = [...idle];
  const sampler = setInterval(() => {
    sides.forEach(({ pid }, side) => (most[side] = Math.max(most[side] ?? 0, memoryOf(pid))));
  }, 1_000);
  t.after(() => clearInterval(sampler));
  await offerMade(again.left, size);
  await again.right.untilOffered(1);
  const { seconds, ...end } = await pullMade(again.right);
  clearInterval(sampler);
  assert.deepEqual(end, { size, wrong: undefined });
  t.diagnostic(`${(size / MiB / seconds).toFixed(1)} MiB/s`);
  for (const [side, name] of ['sender', 'receiver'].entries()) {
    const above = (most[side] ?? 0) - (idle[side] ?? 0);
    t.diagnostic(`${name}: ${(above / MiB).toFixed(0)} MiB above idle (${((idle[side] ?? 0) / MiB).toFixed(0)} MiB)`);
    assert.ok(above <= mostAboveIdle, `${name}: ${above} bytes above idle`);
  }
});
