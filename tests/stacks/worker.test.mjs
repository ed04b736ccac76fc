// The worker entry in Firefox, which hands data channels over, too, and in Chromium on the other side.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, countOf, joinPages } from '../browser/bench.mjs';
import { stacks } from './support/stacks.mjs';

const context = stacks({ before, after, page: 'worker.html' });
const limit = { timeout: 60_000 };

const files = [1, 100_000, 5_000_000].map((size, index) => ({ seed: index + 1, size }));

for (const [left, right] of [
  ['Chromium', 'Firefox'],
  ['Firefox', 'Chromium'],
]) {
  test(`${left} connects to ${right}: files both ways, over channels that are in Workers`, limit, async () => {
    const pair = await joinPages([context[left], context[right]], { name: `${left} to ${right}` });
    await pair.connect();
    const sides = [pair.left, pair.right];
    await Promise.all(sides.map((side) => side.share(files)));
    await Promise.all(sides.map((side) => side.untilOffered(files.length)));
    await Promise.all(sides.map((side) => side.pullAll()));
    await Promise.all(sides.map((side) => side.untilSettled()));
    for (const side of sides) {
      const report = await side.report();
      assert.equal(countOf(assertExactlyOnce(report, side.name)), `${files.length} image`);
      assert.deepEqual(report.errors, []);
      const scripts = await side.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      const isLoaded = (name) => scripts.some((script) => script.endsWith(name));
      assert.deepEqual([isLoaded('/worker-thread.js'), isLoaded('/in-page.js')], [true, false]);
    }
    await pair.left.close();
    await pair.right.untilClosed();
  });
}
