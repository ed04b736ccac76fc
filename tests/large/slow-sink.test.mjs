// A file of 2 GiB on a fast channel into a sink that takes less than it brings: what the receiver holds of it is bounded, and a small file
// in the other direction does not wait for it. Takes some three minutes: `npm test -- --only large`.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { joinPages, openWithData } from '../browser/bench.mjs';
import { serveBuiltPackage } from '../browser/static-server.mjs';
import { memoryOf } from '../support/process-memory.mjs';

const MiB = 1024 * 1024;
const megabytes = Number(process.env.PEER_SESSION_LARGE ?? 2 * 1024);
const perSecond = Number(process.env.PEER_SESSION_SINK ?? 12);

/** Offers a file that is the same MiB again and again: the sender's browser holds it once. */
async function offerRepeated({ page, name }, count) {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(MiB, 7);
  for (let done = 0; done < count; done += 1) hash.update(piece);
  await page.evaluate(
    ([name, count, hash]) => {
      const piece = new Blob([new Uint8Array(1024 * 1024).fill(7)]);
      const blob = new Blob(Array.from({ length: count }, () => piece));
      globalThis.parties.get(name).session.sendImage(blob, hash, false, 'large.bin');
    },
    [name, count, hash.digest('hex')],
  );
}

/** Begins to pull what was offered last into a sink of so many MiB/s. */
function pullSlowly({ page, name }, rate) {
  return page.evaluate(
    ([name, rate]) => {
      const party = globalThis.parties.get(name);
      const transferId = [...party.offers.keys()].at(-1);
      const started = performance.now();
      const sink = {
        taken: 0,
        write: async (chunk) => {
          sink.taken += chunk.length;
          const due = started + (sink.taken / (rate * 1024 * 1024)) * 1000;
          await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        },
        finish: () => {},
        abort: () => {},
      };
      const ended = new Promise((resolve) => {
        party.session.addEventListener('received', ({ file }) => file.transferId === transferId && resolve('received'));
        party.session.addEventListener('transferend', ({ error, direction }) => {
          if (error && direction === 'receive') resolve(error.code);
        });
      });
      globalThis.slow = { sink, ended };
      party.session.pullFile(transferId, { to: sink });
    },
    [name, rate],
  );
}

const ended = ({ page }) => page.evaluate(() => globalThis.slow.ended);

test(`${megabytes} MiB into a sink of ${perSecond} MiB/s, in bounded memory`, { timeout: 60 * 60_000 }, async (t) => {
  const server = await serveBuiltPackage();
  t.after(() => server.close());
  const sides = [await openWithData(t, server.url), await openWithData(t, server.url)];
  const options = { maxFileSize: 2 * megabytes * MiB };
  const pair = await joinPages(
    sides.map(({ page }) => page),
    { options },
  );
  await pair.connect();
  const devtools = await sides[1].page.context().newCDPSession(sides[1].page);
  // What is held, and not what the platform has not yet collected.
  const memory = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return memoryOf(Number(sides[1]?.pid), (command) => command.includes('--type=renderer'));
  };
  const untilTaken = (share) =>
    sides[1].page.waitForFunction((bytes) => globalThis.slow.sink.taken >= bytes, share * megabytes * MiB, {
      timeout: 0,
      polling: 500,
    });

  // What is loaded once, and what the platform's own buffers become, is not what this file takes.
  await offerRepeated(pair.left, 64);
  await pair.right.untilOffered(1);
  await pullSlowly(pair.right, 1000);
  assert.equal(await ended(pair.right), 'received');
  const idle = await memory();

  await offerRepeated(pair.left, megabytes);
  await pair.right.untilOffered(2);
  await pullSlowly(pair.right, perSecond);
  let most = idle;
  for (let share = 0.05; share <= 0.5; share += 0.05) {
    await untilTaken(share);
    most = Math.max(most, await memory());
  }
  await pair.right.share([{ seed: 2, size: 100_000 }]);
  await pair.left.untilOffered(1);
  await pair.left.pullAll();
  await pair.left.untilSettled();
  const meanwhile = await sides[1].page.evaluate(() => globalThis.slow.sink.taken);
  assert.ok(meanwhile < 0.6 * megabytes * MiB, 'the other direction did not wait');

  for (let share = 0.6; share < 1; share += 0.1) {
    await untilTaken(share);
    most = Math.max(most, await memory());
  }
  assert.equal(await ended(pair.right), 'received');
  t.diagnostic(`${((most - idle) / MiB).toFixed(1)} MiB above ${(idle / MiB).toFixed(0)} MiB`);
  assert.ok(most - idle <= 16 * MiB, `${most - idle} bytes above idle`);
});
