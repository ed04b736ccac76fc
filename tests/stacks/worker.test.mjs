// The worker entry in Firefox, which hands data channels over, too, and in Chromium on the other side.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, countOf, joinPages } from '../browser/bench.mjs';
import { filesOf, offer, pullSome, pullWhole, reload } from '../browser/store-steps.mjs';
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

for (const [sender, receiver] of /** @type {const} */ ([
  ['Chromium', 'Firefox'],
  ['Firefox', 'Chromium'],
])) {
  test(
    `from ${sender} into the store of ${receiver}, written in its Worker, reloaded in the middle`,
    limit,
    async () => {
      const size = 24 * 1024 * 1024;
      const pages = [context[sender], context[receiver]];
      await pullSome((await offer(pages, [{ seed: 5, size }])).right, 12 * 1024 * 1024);
      await reload(pages[1]);
      const [{ stored }] = await filesOf(pages[1]);
      assert.ok(stored > 0, `${stored} bytes are safe`);
      const { right } = await offer(pages, [{ seed: 5, size }]);
      assert.deepEqual(await pullWhole(right), { size, wrong: undefined, wireBytes: size - stored });
      const parts = await pages[1].evaluate(async () => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('peer-session');
        const sizes = [];
        for await (const each of folder.values()) {
          for await (const file of each.values()) sizes.push((await file.getFile()).size);
        }
        return sizes;
      });
      // What only a page can write comes in files of some 8 MiB.
      assert.ok(parts.includes(size - stored), `the rest is one of ${parts}: written synchronously`);
    },
  );
}
