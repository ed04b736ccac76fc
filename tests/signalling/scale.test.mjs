// A tenth of what `node tests/signalling/scale/run.mjs` does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCrowd } from './scale/swarm.mjs';

test('1,000 clients in 250 rooms on three servers, of which one is killed: rooms are whole again, and nothing goes astray', async (t) => {
  const { wholeAgainMs, wrong, example, whole, servers } = await runCrowd(t, { clients: 1_000, rooms: 250 });

  assert.equal(wrong, 0, JSON.stringify(example));
  assert.equal(whole, 250);
  // 5 s where nothing else runs; other suites may.
  assert.ok(wholeAgainMs < 30_000, `whole after ${wholeAgainMs} ms`);
  for (const { bus, refusals } of servers) {
    assert.equal(bus, 'connected');
    assert.ok(
      Object.values(refusals).every((count) => count === 0),
      JSON.stringify(refusals),
    );
  }
});
