// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** In a process of its own: what the test runner holds on to must not count, and `gc` must be there. */
async function probe(name, ...args) {
  const script = fileURLToPath(new URL(`support/${name}`, import.meta.url));
  const { stdout } = await run(process.execPath, ['--expose-gc', script, ...args]);
  return JSON.parse(stdout);
}

/** The one timer is that of the partial file, which may be wanted again, for its ten minutes. */
const nothingLeft = {
  reachable: [],
  timers: 1,
  timersAfterTenMinutes: 0,
  listeners: 0,
  isOver: true,
  connection: 'closed',
};

for (const ending of ['close', 'peer closes', 'channel fails', 'connection fails', 'send throws']) {
  test(`after the end by "${ending}" no session, blob, timer or listener is reachable`, async () => {
    assert.deepEqual(await probe('leak-probe.mjs', ending), nothingLeft);
  });
}

test('the leak check can fail: a session that was not closed stays, with its timers and listeners', async () => {
  const left = await probe('leak-probe.mjs', 'nothing');
  assert.ok(left.reachable.includes('session') && left.reachable.includes('blob offered'), String(left.reachable));
  assert.ok(left.timers > 0 && left.listeners > 0);
  assert.ok(!left.reachable.includes('blob sent'), 'though what was sent is let go at once');
});

test("the engine's memory stays as it is over 2,000 sessions that are closed with work in hand", async (t) => {
  const { instances, warm, last } = await probe('memory-probe.mjs');
  t.diagnostic(`engine memory ${warm.wasm} then ${last.wasm} bytes; heap ${warm.heap} then ${last.heap} bytes`);
  assert.equal(instances, 1, 'one engine module serves them all');
  assert.equal(last.wasm, warm.wasm);
  assert.ok(last.heap < warm.heap + 2 * 1024 * 1024, `the heap grew from ${warm.heap} to ${last.heap}`);
});
