// @ts-check
// What the default deadlines of two sides make of a path that is slow, or pauses: nothing that works is given up.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { hashOf, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';
import {
  connectSlowPair,
  digestAtOnce,
  flow,
  megabits,
  offer,
  pause,
  pullsAll,
  readAtOnce,
  seconds,
} from '../support/slow-path.mjs';

const image = (seed, size = 100) =>
  readAtOnce(makeFile(size, { seed, name: `picture number ${seed} of the gallery.png` }));
const whole = (ids) => ids.map((id) => [id, 'image']);
const hashes = (count) => Array.from({ length: count }, (_, index) => hashOf(String(index)));

for (const rate of [0.5, 0.128]) {
  const bytesPerSecond = megabits(rate);

  test(`5,000 offers at ${rate} Mbit/s, each pulled as it comes: every file arrives`, async () => {
    const path = await connectSlowPair({ b: { on: pullsAll } });
    const { a, b } = path;
    const ids = Array.from({ length: 5000 }, (_, index) => offer(a, image(index + 1)));
    const took = await flow(path, () => b.settled() === 5000, { bytesPerSecond });
    assert.deepEqual(b.ends(), whole(ids));
    assert.ok(took > seconds(15), 'longer than a pull may wait for nothing');
    assert.deepEqual([a.reports(), b.reports()], [[], []]);
    for (const party of [a, b]) party.session.close();
  });

  test(`5,000 offers of a classic peer at ${rate} Mbit/s, each pulled as it comes: every file arrives`, async () => {
    const party = await connectClassic({ link: { drain: 'manual' }, on: pullsAll, options: { digest: digestAtOnce } });
    const ids = Array.from({ length: 5000 }, (_, index) => party.classic.offer(image(index + 1)));
    await flow(party, () => party.settled() === 5000, { bytesPerSecond });
    assert.deepEqual(party.ends(), whole(ids));
    party.session.close();
  });

  test(`a pull behind an inventory of 40,000 at ${rate} Mbit/s arrives, whatever the connection takes at once`, async () => {
    const path = await connectSlowPair({ link: { maxMessageSize: 2 ** 30 } });
    const { a, b } = path;
    const id = offer(a, image(1));
    await flow(path, () => b.offers().length === 1);
    a.session.sendInventory(hashes(40_000));
    b.session.pullFile(id);
    await flow(path, () => b.settled() === 1, { bytesPerSecond });
    assert.deepEqual(b.ends(), whole([id]));
    for (const party of [a, b]) party.session.close();
  });

  test(`a pull made while this side sends at ${rate} Mbit/s arrives: its wait begins when it has left`, async () => {
    const path = await connectSlowPair();
    const { a, b } = path;
    const id = offer(a, image(1));
    await flow(path, () => b.offers().length === 1);
    for (let seed = 2; seed < 5000; seed += 1) offer(b, image(seed));
    b.session.pullFile(id);
    const took = await flow(path, () => b.settled() === 1, { bytesPerSecond });
    assert.deepEqual(b.ends(), whole([id]));
    assert.ok(took > seconds(15));
    for (const party of [a, b]) party.session.close();
  });

  test(`files both ways at ${rate} Mbit/s, pulled all at once, all arrive`, async () => {
    const path = await connectSlowPair({ a: { on: pullsAll }, b: { on: pullsAll } });
    const { a, b } = path;
    const ofA = [1, 2, 3, 4].map((seed) => offer(a, image(seed, 600 * KiB)));
    const ofB = [5, 6, 7, 8].map((seed) => offer(b, image(seed, 600 * KiB)));
    await flow(path, () => a.settled() === 4 && b.settled() === 4, { bytesPerSecond });
    assert.deepEqual([b.ends(), a.ends()], [whole(ofA), whole(ofB)]);
    for (const party of [a, b]) party.session.close();
  });
}

// --- What follows a file --------------------------------------------------------------------------------------------

for (const [rate, most] of [
  [0.5, 2],
  [1, 1],
  [20, 1],
]) {
  test(`behind a file at ${rate} Mbit/s a ping is answered within ${most} s`, async () => {
    const path = await connectSlowPair({ b: { on: pullsAll } });
    const { a, b } = path;
    const bytesPerSecond = megabits(rate);
    const step = 20;
    offer(a, image(1, 14 * MiB));
    const began = path.clock.now();
    await flow(path, () => path.clock.now() - began > seconds(4), { bytesPerSecond, step });
    assert.ok(path.link.a.bufferedAmount > 0, 'the file is under way');
    a.session.sendPing();
    const isAnswered = () => path.link.log.entries.some(({ message }) => message?.type === 'pong');
    const took = await flow(path, isAnswered, { bytesPerSecond, step });
    assert.ok(took <= seconds(most), `${took} ms`);
    for (const party of [a, b]) party.session.close();
  });
}

for (const rate of [1, 20]) {
  test(`at ${rate} Mbit/s a cancel is heard, acted on, and the next file under way within half a second`, async () => {
    const path = await connectSlowPair({ b: { on: pullsAll } });
    const { a, b } = path;
    const bytesPerSecond = megabits(rate);
    const step = 20;
    const [unwanted, wanted] = [image(1, 14 * MiB), image(2, 100 * KiB)].map((file) => offer(a, file));
    const began = path.clock.now();
    await flow(path, () => path.clock.now() - began > seconds(4), { bytesPerSecond, step });
    assert.ok(path.link.a.bufferedAmount > 0, 'the file is under way');
    b.session.cancelPull(String(unwanted));
    const nextOne = () => b.of('progress').some(({ event }) => event.transferId === wanted);
    const took = await flow(path, nextOne, { bytesPerSecond, step });
    assert.ok(took <= 500, `${took} ms`);
    const end = a.of('transferend').find(({ event }) => event.transferId === unwanted)?.event;
    assert.deepEqual([end?.error?.code, end?.error?.peerReason], ['aborted-by-peer', 'cancelled']);
    for (const party of [a, b]) party.session.close();
  });
}

// --- Pauses ---------------------------------------------------------------------------------------------------------

/** Three files are pulled, of which the first is under way. */
async function runningWithTwoBehind(given = {}) {
  const path = await connectSlowPair({ link: { maxMessageSize: 16 * KiB }, ...given });
  const { a, b } = path;
  const ids = [1, 2, 3].map((seed) => offer(a, image(seed, 200 * KiB)));
  for (const id of ids) b.session.pullFile(id);
  await flow(path, () => b.of('progress').length > 0, { bytesPerSecond: megabits(1) });
  return { path, a, b, ids };
}

for (const length of [16, 20, 29]) {
  test(`a pause of ${length} s in a running file costs neither that nor the pulls behind it`, async () => {
    const { path, a, b, ids } = await runningWithTwoBehind();
    await pause(path, seconds(length));
    await flow(path, () => b.settled() === 3, { bytesPerSecond: megabits(1) });
    assert.deepEqual(b.ends(), whole(ids));
    for (const party of [a, b]) party.session.close();
  });
}

test('a pause after another, of 20 s each, costs nothing as long as bytes come between them', async () => {
  const { path, a, b, ids } = await runningWithTwoBehind();
  for (let count = 0; count < 5; count++) {
    const before = b.of('progress').length;
    await flow(path, () => b.of('progress').length > before, { bytesPerSecond: megabits(1) });
    await pause(path, seconds(20));
  }
  await flow(path, () => b.settled() === 3, { bytesPerSecond: megabits(1) });
  assert.deepEqual(b.ends(), whole(ids));
  for (const party of [a, b]) party.session.close();
});

test('a pause beyond 30 s costs the running file; those behind it get their own 15 s, and arrive', async () => {
  const { path, a, b, ids } = await runningWithTwoBehind();
  await pause(path, seconds(44));
  assert.deepEqual(b.ends(), [[ids[0], 'stalled']]);
  await flow(path, () => b.settled() === 3, { bytesPerSecond: megabits(1) });
  assert.deepEqual(b.ends(), [[ids[0], 'stalled'], ...whole(ids.slice(1))]);
  for (const party of [a, b]) party.session.close();
});

test('a pause without end costs the running file after 30 s and those behind it 15 s later, each once', async () => {
  const { path, a, b, ids } = await runningWithTwoBehind();
  await pause(path, seconds(46));
  const ends = [
    [ids[0], 'stalled'],
    [ids[1], 'pull-timeout'],
    [ids[2], 'pull-timeout'],
  ];
  assert.deepEqual(b.ends(), ends);
  await flow(path, () => a.of('transferend').length === 3);
  assert.deepEqual(b.ends(), ends, 'what comes after all is nobody’s');
  assert.deepEqual(b.reports(), [], 'and nothing to complain of: it was asked for');
  for (const party of [a, b]) party.session.close();
});

test('a pause of 14 s before the first answer costs nothing', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  const id = offer(a, image(1));
  b.session.pullFile(id);
  await pause(path, seconds(14));
  await flow(path, () => b.settled() === 1);
  assert.deepEqual(b.ends(), whole([id]));
  for (const party of [a, b]) party.session.close();
});

// --- Patience has an end --------------------------------------------------------------------------------------------

test('pings every second keep nobody waiting', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  b.session.pullFile('never offered');
  for (let second = 0; second < 16; second++) {
    a.session.sendPing();
    const next = path.clock.now() + seconds(1);
    await flow(path, () => path.clock.now() >= next);
  }
  assert.deepEqual(b.ends(), [['never offered', 'pull-timeout']]);
  for (const party of [a, b]) party.session.close();
});

test('text without end keeps a pull waiting for five minutes more, and no longer', async () => {
  const party = await connectRaw();
  party.session.pullFile('never offered');
  const text = JSON.stringify({ type: 'from the future', padding: 'x'.repeat(20 * KiB) });
  let waited = 0;
  for (; party.settled() === 0 && waited < 600; waited++) {
    party.peer.say(text);
    party.clock.advance(seconds(1));
  }
  assert.deepEqual(party.ends(), [['never offered', 'pull-timeout']]);
  assert.equal(waited, 315);
  party.session.close();
});
