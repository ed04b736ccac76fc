// Files in the store of the origin-private file system of a real browser outlive the page, and the browser.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowserWithData } from '../support/chromium.mjs';
import { bench, joinPages, limit, openTestPage, ready, rounds, seed, seededRandom } from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
const size = 40 * MiB;
const options = { maxFileSize: 2 * size };
let pairs = 0;

/** A new pair of sessions on these pages, the left of which has offered the file. */
async function offer(pages, file = { seed: 1, size }) {
  const pair = await joinPages(pages, { name: `pair-${++pairs}`, options, right: { countsWire: true } });
  await pair.connect();
  await pair.left.share([file]);
  await pair.right.untilOffered(1);
  return pair;
}

/** Pulls it to its end, and compares what came. */
function pullWhole({ right }) {
  return right.page.evaluate(async (name) => {
    const { firstWrong, pullIntoStore } = await import('./into-store.mjs');
    const party = globalThis.parties.get(name);
    const { code, cause, result, name: file } = await pullIntoStore(party);
    if (code) return { code, cause: String(cause) };
    return { size: result.size, wrong: await firstWrong(result, file), wireBytes: party.wireBytes };
  }, right.name);
}

/** Pulls so much of it and leaves it at that; resolves with what is safe. */
function pullSome({ right }, holdAt) {
  return right.page.evaluate(
    async ([name, most]) => {
      const { OpfsStore } = await import('/dist/opfs.js');
      const { pullIntoStore } = await import('./into-store.mjs');
      const party = globalThis.parties.get(name);
      void pullIntoStore(party, { holdAt: most });
      await party.until(({ bytes }) => bytes.receive >= most + 4 * 1024 * 1024);
      const [{ stored }] = await new OpfsStore().files();
      return stored;
    },
    [right.name, holdAt],
  );
}

const filesOf = (page) =>
  page.evaluate(async () => {
    const { OpfsStore } = await import('/dist/opfs.js');
    return new OpfsStore().files();
  });

test('a file goes on after a reload in its middle, and nothing that was safe comes twice', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const before = await pullSome(await offer(pages), 20 * MiB);
  assert.ok(before >= 12 * MiB, `${before} bytes are safe`);
  await pages[1].reload();
  await pages[1].waitForFunction(() => window.isReady);
  const [{ stored, isWhole }] = await filesOf(pages[1]);
  assert.ok(stored >= before && !isWhole);
  const pair = await offer(pages);
  assert.deepEqual(await pullWhole(pair), { size, wrong: undefined, wireBytes: size - stored });
  const [file] = await filesOf(pages[1]);
  assert.ok(file.isWhole && file.stored === size);

  // Offered once more, it is there.
  const again = await offer(pages);
  assert.deepEqual(await pullWhole(again), { size, wrong: undefined, wireBytes: 0 });
});
