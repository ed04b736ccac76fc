// Six pages that hold every image between them: one is killed in the middle, one comes late.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser } from '../support/chromium.mjs';
import { Mesh, mostMilliseconds } from '../support/mesh/mesh.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

// Errors are only for what died: the three pulls that a page has under way, on each page that lived then.
const mostErrors = 3 * 4;
// A tenth more than is needed, and what the page that was killed was sent, of which no living page has anything: at the most a
// quarter. Sessions that do not know of each other send 11 to 12 times as much until all is quiet.
const mostSentToNeeded = 1.1 + 0.25;

const limit = { timeout: mostMilliseconds + 60_000 };

test('sixteen images reach every page that lives, though one is killed and one comes late', limit, async (t) => {
  const mesh = await Mesh.open(browser);
  t.after(() => mesh.close());
  for (const id of ['page-1', 'page-2', 'page-3', 'page-4', 'page-5']) await mesh.join(id);
  await mesh.untilConnected();
  await mesh.share('page-1');
  await mesh.until(({ pairs }) => pairs.complete >= 8);
  await mesh.kill('page-4');
  await mesh.until(({ pairs }) => pairs.complete >= 16);
  await mesh.join('page-6');
  await mesh.until((each) => each.isAtRest());

  const { complete, wanted, errors, duplicates, sentToNeeded, lasted, faults } = await mesh.report();
  t.diagnostic(
    `${complete} of ${wanted} pairs in ${(lasted / 1000).toFixed(1)} s, ${errors} errors, ${duplicates} duplicates, ` +
      `bytes sent / needed ${sentToNeeded.toFixed(2)}`,
  );
  assert.deepEqual(faults, []);
  assert.equal(complete, wanted);
  assert.ok(errors <= mostErrors, `${errors} errors`);
  assert.ok(sentToNeeded <= mostSentToNeeded, `${sentToNeeded.toFixed(2)} times the bytes that are needed were sent`);
});
