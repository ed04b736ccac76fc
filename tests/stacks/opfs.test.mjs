// Between two browsers: a file goes into the store of the one's origin-private file system, and goes on there after a reload.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { filesOf, offer, pullSome, pullWhole, reload } from '../browser/store-steps.mjs';
import { stacks } from './support/stacks.mjs';

const context = stacks({ before, after });

const MiB = 1024 * 1024;
const size = 24 * MiB;

for (const [sender, receiver] of /** @type {const} */ ([
  ['Chromium', 'Firefox'],
  ['Firefox', 'Chromium'],
])) {
  test(
    `from ${sender} into the store of ${receiver}, which is reloaded in the middle`,
    { timeout: 90_000 },
    async () => {
      const pages = [context[sender], context[receiver]];
      const file = { seed: 5, size };
      const before = await pullSome((await offer(pages, [file])).right, 12 * MiB);
      assert.ok(before > 0, `${before} bytes are safe`);
      await reload(pages[1]);
      const [{ stored }] = await filesOf(pages[1]);
      const { right } = await offer(pages, [file]);
      assert.deepEqual(await pullWhole(right), { size, wrong: undefined, wireBytes: size - stored });
      const [{ isWhole }] = await filesOf(pages[1]);
      assert.ok(isWhole);
    },
  );
}
