// A file larger than this side would take into memory, into the origin-private file system of a real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bench, joinPages, limit, openTestPage } from './bench.mjs';

const context = bench({ before, after });

const MB = 1_000_000;
const size = 40 * MB;

/** In the page: pulls what was offered into a file there, and compares what that has at its end. */
async function pullIntoFile([name, isSlow]) {
  const party = globalThis.parties.get(name);
  const [transferId, fileName] = [...party.offers][0];
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle('arrives', { create: true });
  let most = 0;
  let taken = 0;
  let bytes = 0;
  let fill = () => {};
  const isFull = new Promise((resolve) => (fill = () => resolve(undefined)));
  const note = () => {
    most = Math.max(most, bytes - taken);
    if (most > 8 * 1024 * 1024 - 2 * 64 * 1024) fill();
  };
  const slow = async () => {
    const stream = await handle.createWritable();
    return {
      write: async (chunk, at) => {
        await stream.write({ type: 'write', position: at, data: chunk });
        // It takes no more until all the room is used up, but for what progress does not tell.
        if (at === 0) await isFull;
        taken = at + chunk.length;
      },
      finish: async () => {
        await stream.close();
        return handle.getFile();
      },
      abort: () => stream.abort(),
    };
  };
  const to = isSlow ? await slow() : handle;
  const ended = new Promise((resolve, reject) => {
    party.session.addEventListener('received', resolve);
    party.session.addEventListener('transferend', ({ error }) => error && reject(error));
  });
  party.session.addEventListener('progress', (event) => {
    bytes = event.bytes;
    note();
  });
  party.session.pullFile(transferId, { to });
  const { file, result } = await ended;
  const { bytesOf, isSame } = await import('./content.mjs');
  const isRight = isSame(new Uint8Array(await result.arrayBuffer()), bytesOf(fileName));
  await folder.removeEntry('arrives');
  return { isRight, size: result.size, said: file.size, most };
}

for (const [what, isSlow] of /** @type {[string, boolean][]} */ ([
  ['a file of the origin-private file system', false],
  ['a sink that is slower than the channel', true],
])) {
  test(`40 MB into ${what}`, limit, async (t) => {
    const pages = [await openTestPage(t, context), await openTestPage(t, context)];
    const pair = await joinPages(pages, { options: { maxFileSize: 64 * MB } });
    await pair.connect();
    await pair.left.share([{ seed: 1, size }]);
    await pair.right.untilOffered(1);
    const { isRight, most, ...sizes } = await pair.right.page.evaluate(pullIntoFile, [pair.right.name, isSlow]);
    assert.deepEqual(sizes, { size, said: size });
    assert.ok(isRight, 'every byte is right');
    if (isSlow) {
      t.diagnostic(`at most ${most} bytes were here and not taken`);
      assert.ok(most <= 8 * 1024 * 1024, `${most} bytes in memory`);
    }
    await pair.left.until((party) => [...party.sent.values()].flat().length === 1);
    assert.deepEqual((await pair.left.report()).sent, [['sent']]);
    assert.deepEqual((await pair.right.report()).errors, []);
  });
}
