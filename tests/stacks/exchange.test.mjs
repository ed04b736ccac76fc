// Every two WebRTC stacks, each once as the side that connects: files both ways at once, byte for byte, and the end of the
// session seen from the other side.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, countOf, joinPages } from '../browser/bench.mjs';
import { stacks } from './support/stacks.mjs';

const context = stacks({ before, after });
const limit = { timeout: 60_000 };

const KiB = 1024;
const MiB = 1024 * KiB;
/** One byte; more than fits into the channel at once; a few chunks; the largest message; nothing at all. */
const files = [
  { size: 1, label: 'plain.png' },
  { size: 5 * MiB + 1, label: 'Grüße aus 東京 🌸.png' },
  { size: 100 * KiB, label: '"quoted" \\ and/or.png' },
  { size: 256 * KiB, label: 'cafe\u0301 is not café.jpeg' },
  { size: 0, label: '\u05e2\u05d1\u05e8\u05d9\u05ea \u0645\u0631\u062d\u0628\u0627.png' },
];
const total = files.reduce((sum, { size }) => sum + size, 0);
const filesOf = (seed) => files.map((file, index) => ({ seed: seed + index, ...file }));
const each = (end) => files.map(() => end);

/** Twice what a busy machine was seen to pause for. */
const shortWaits = { pullTimeout: 4_000, stallTimeout: 5_000, recoveryTimeout: 2_000 };

const roles = [
  ['Chromium', 'Firefox'],
  ['Firefox', 'Chromium'],
  ['Chromium', 'node-datachannel'],
  ['node-datachannel', 'Chromium'],
  ['Firefox', 'node-datachannel'],
  ['node-datachannel', 'Firefox'],
  ['node-datachannel', 'node-datachannel'],
];

for (const [left, right] of roles) {
  const who = `${left} connects to ${right}`;
  // node-datachannel tells that a channel is closed before it has told all messages, and then drops them, `bye` among them; so the
  // other side may wait for another connection, as long as it was told to.
  const mayLoseBye = [left, right].includes('node-datachannel');
  for (const closer of ['left', 'right']) {
    const closing = closer === 'left' ? 'the first' : 'the second';

    test(`${who}: files both ways, then ${closing} closes`, limit, async () => {
      const options = mayLoseBye ? shortWaits : {};
      const pair = await connect(left, right, `whole ${who} ${closer}`, { options });
      await Promise.all([pair.left.share(filesOf(10)), pair.right.share(filesOf(20))]);
      for (const side of [pair.left, pair.right]) await assertAllCameAndWent(side);

      const other = closer === 'left' ? pair.right : pair.left;
      await pair[closer].close();
      assert.equal((await pair[closer].report()).isConnected, false, 'at once on the side that closes');
      await Promise.all([pair.left.untilClosed(), pair.right.untilClosed()]);
      assert.equal((await other.report()).isConnected, false);
      const { errors, states } = await other.report();
      assert.deepEqual(errors, []);
      assert.deepEqual(
        states,
        mayLoseBye && states.includes('interrupted') ? ['open', 'interrupted', 'closed'] : ['open', 'closed'],
      );
    });

    test(`${who}: ${closing} closes in the middle of files both ways`, limit, async () => {
      const closes = { role: 'receiver', phase: 'mid-file' };
      const given = { [closer]: { closes } };
      const pair = await connect(left, right, `cut ${who} ${closer}`, { given, options: shortWaits });
      await Promise.all([pair.left.share(filesOf(30)), pair.right.share(filesOf(40))]);
      await pair[closer].untilClosed();
      const report = await pair[closer].report();
      const ends = assertExactlyOnce(report, who);
      assert.ok(ends.includes('closed'), countOf(ends));
      assert.ok(
        ends.every((end) => end === 'image' || end === 'closed'),
        countOf(ends),
      );
      assert.equal(report.stats, undefined, 'nothing is held any more');

      const other = closer === 'left' ? pair.right : pair.left;
      await other.untilSettled();
      await other.close();
      const known = ['image', 'closed', 'channel-error', 'pull-timeout', 'stalled'];
      const otherEnds = assertExactlyOnce(await other.report(), who);
      assert.ok(
        otherEnds.every((end) => known.includes(end)),
        countOf(otherEnds),
      );
    });
  }

  test(`${who}: candidates that come before the description wait for it`, limit, async () => {
    const pair = await connect(left, right, `late ${who}`, {
      carry: { left: candidatesFirst, right: candidatesFirst },
    });
    for (const side of [pair.left, pair.right]) assert.deepEqual((await side.report()).errors, [], side.name);
    await pair.left.close();
  });
}

async function connect(left, right, name, { given = {}, carry = {}, options = {} } = {}) {
  const pages = [context[left], context[right]];
  const pulling = { pullsEachOffer: true };
  const sides = { left: { ...pulling, ...given.left }, right: { ...pulling, ...given.right } };
  const pair = await joinPages(pages, { name, ...sides, carry, options });
  await pair.connect();
  return pair;
}

async function assertAllCameAndWent(side) {
  await side.until((party, count) => party.ends.size === count && party.isSettled, files.length);
  await side.until((party) => [...party.sent.values()].every((ends) => ends.length > 0));
  const report = await side.report();
  assert.deepEqual(assertExactlyOnce(report, side.name), each('image'));
  assert.deepEqual(report.sent.flat(), each('sent'));
  assert.deepEqual(report.bytes, { send: total, receive: total }, 'progress went all the way');
  for (const [direction, count] of Object.entries(report.progressEvents)) {
    assert.ok(count > files.length, `${side.name}: ${count} times progress of ${direction}`);
  }
  assert.deepEqual(report.errors, []);
}

/** Delivers the candidates of a description before it, each alone. */
function candidatesFirst(signal) {
  if (signal.type === 'candidate') return signal;
  const { sdp } = signal.sdp;
  const [, sdpMid] = /^a=mid:(\S+)/m.exec(sdp);
  const { senderId, targetId } = signal;
  const candidates = [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map(([, candidate]) => ({
    type: 'candidate',
    senderId,
    targetId,
    candidate: { candidate, sdpMid, sdpMLineIndex: 0 },
  }));
  return [...candidates, { ...signal, sdp: { ...signal.sdp, sdp: sdp.replace(/^a=candidate:.*\r?\n/gm, '') } }];
}
