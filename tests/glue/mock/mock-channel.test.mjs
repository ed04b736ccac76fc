// @ts-check
// The suites are worth as much as the channel they run on, so that has tests of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { channelPair, EventLog, flow, MockLink, VirtualClock } from 'peer-session/testing';
import { MiB } from '../support/files.mjs';

function openLink(options) {
  const link = new MockLink({ drain: 'manual', ...options });
  const seen = /** @type {any[]} */ ([]);
  for (const side of /** @type {const} */ (['a', 'b'])) {
    link.channel(side).binaryType = 'arraybuffer';
    for (const type of ['message', 'bufferedamountlow', 'error', 'close']) {
      link.channel(side).addEventListener(type, (/** @type {any} */ event) => seen.push([side, type, event.data]));
    }
  }
  link.open();
  return { link, seen };
}

test('bufferedAmount grows with each send and falls as the link drains', () => {
  const { link, seen } = openLink();
  link.a.send(new Uint8Array(100));
  link.a.send('äb');
  assert.equal(link.a.bufferedAmount, 103);
  link.drain('a', 60);
  assert.equal(link.a.bufferedAmount, 43);
  assert.deepEqual(seen, [], 'half a message has not arrived');
  link.drain('a');
  assert.equal(link.a.bufferedAmount, 0);
  assert.deepEqual(
    seen.filter(([, type]) => type === 'message').map(([side, , data]) => [side, data.byteLength ?? data]),
    [
      ['b', 100],
      ['b', 'äb'],
    ],
  );
});

test('bufferedamountlow fires once, on crossing the threshold from above', () => {
  const { link, seen } = openLink();
  const lows = () => seen.filter(([, type]) => type === 'bufferedamountlow').length;
  link.a.bufferedAmountLowThreshold = 50;
  link.a.send(new Uint8Array(40));
  link.drain('a');
  assert.equal(lows(), 0, 'it never was above');
  link.a.send(new Uint8Array(100));
  link.drain('a', 49);
  assert.equal(lows(), 0);
  link.drain('a', 1);
  assert.equal(lows(), 1);
  link.drain('a');
  assert.equal(lows(), 1);
});

test('send copies, so that what the caller does with its buffer afterwards changes nothing', () => {
  const { link, seen } = openLink();
  const buffer = new Uint8Array([1, 2, 3, 4]);
  link.a.send(buffer.subarray(1, 3));
  buffer.fill(9);
  link.drain('a');
  const arrived = seen.find(([, type]) => type === 'message')[2];
  assert.deepEqual([...new Uint8Array(arrived)], [2, 3]);
});

test('send throws when the channel is not open, when it is full, and for a message over the limit', () => {
  const { link } = openLink({ maxMessageSize: MiB });
  assert.throws(() => new MockLink().a.send('x'), { name: 'InvalidStateError' });
  assert.throws(() => link.a.send(new Uint8Array(MiB + 1)), TypeError);
  for (let sent = 0; sent < 16; sent++) link.a.send(new Uint8Array(MiB));
  assert.throws(() => link.a.send('x'), { name: 'OperationError' });
  link.close();
  assert.throws(() => link.a.send('x'), { name: 'InvalidStateError' });
});

test('a fault strikes in the middle of a message, after the messages before it', () => {
  const { link, seen } = openLink();
  link.faultAfter('a', 15, 'error');
  link.a.send(new Uint8Array(10));
  link.a.send(new Uint8Array(10));
  link.drain('a');
  assert.deepEqual(
    seen.map(([side, type]) => `${side} ${type}`),
    ['b message', 'a error', 'a close', 'b error', 'b close'],
  );
});

test('the wire log keeps both directions in the order of sending', () => {
  const { link } = openLink();
  link.a.send('{"type":"ping"}');
  link.b.send(new Uint8Array([7]));
  link.a.send('not json');
  assert.deepEqual(
    link.log.entries.map(({ from, text, message, bytes }) => [from, text, message?.type, bytes?.length]),
    [
      ['a', '{"type":"ping"}', 'ping', undefined],
      ['b', undefined, undefined, 1],
      ['a', 'not json', undefined, undefined],
    ],
  );
});

test('the virtual clock fires what is due in order, each at its own time', () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const fired = [];
  clock.setTimeout(() => {
    fired.push(['b', clock.now() - start]);
    clock.setTimeout(() => fired.push(['c', clock.now() - start]), 5);
  }, 20);
  clock.setTimeout(() => fired.push(['a', clock.now() - start]), 10);
  clock.clearTimeout(clock.setTimeout(() => fired.push(['never', 0]), 10));
  clock.advance(24);
  assert.deepEqual(fired, [
    ['a', 10],
    ['b', 20],
  ]);
  clock.advance(1);
  assert.deepEqual(fired.at(-1), ['c', 25]);
  assert.equal(clock.pendingTimers, 0);
  clock.setTimeout(() => fired.push(['d', clock.now() - start]), 5);
  clock.jump(100);
  assert.equal(clock.pendingTimers, 1, 'a clock that is set fires nothing');
  clock.advance(0);
  assert.deepEqual(fired.at(-1), ['d', 125], 'and what is late comes late');
});

test('advanceAsync lets promises set timers on the way, and messages arrive', async () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const [near, far] = channelPair();
  const at = [];
  far.addEventListener('message', () => at.push(clock.now() - start));
  const wait = (milliseconds) => new Promise((resolve) => clock.setTimeout(() => resolve(undefined), milliseconds));
  void (async () => {
    for (let i = 0; i < 3; i += 1) {
      await wait(10);
      near.send('tick');
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await clock.advanceAsync(35);
  assert.deepEqual(at, [10, 20, 30]);
  assert.equal(clock.now() - start, 35);
});

test('flow takes the time that a path of that rate takes, and is an error when it takes too long', async () => {
  const path = { link: new MockLink({ drain: 'manual' }), clock: new VirtualClock() };
  path.link.open();
  path.link.a.send(new Uint8Array(100_000));
  const isThere = () => !path.link.a.hasQueued;
  await assert.rejects(flow(path, isThere, { bytesPerSecond: 0, within: 1_000 }), /within 1000 ms/);
  assert.equal(await flow(path, isThere, { bytesPerSecond: 50_000 }), 2_000);
});

test('a channel that is left as it was brings Blobs, and takes none', async () => {
  const [near, far] = channelPair();
  const arrived = new Promise((resolve) => (far.onmessage = ({ data }) => resolve(data)));
  near.send(new Uint8Array([1, 2, 3]));
  assert.deepEqual([...new Uint8Array(await (await arrived).arrayBuffer())], [1, 2, 3]);
  assert.throws(() => near.send(new Blob(['x'])), { name: 'TypeError', message: /Blob/ });
  assert.equal(near.bufferedAmount, 0);
});

test('the next send throws what a test has set, once', () => {
  const [near] = channelPair();
  near.sendFault = new RangeError('broken');
  assert.throws(() => near.send('x'), { message: 'broken' });
  near.send('x');
  assert.equal(near.bufferedAmount, 1);
});

test('fake timers do not stop the network', async (t) => {
  const [near, far] = channelPair();
  const arrived = new Promise((resolve) => far.addEventListener('message', resolve));
  t.mock.timers.enable({ apis: ['setImmediate', 'setTimeout'] });
  near.send('x');
  await arrived;
});

test('a listener is counted, a handler is not, and an end silences none', () => {
  const { link, seen } = openLink();
  const before = link.a.listenerCount;
  const listen = () => {};
  link.a.addEventListener('open', listen);
  link.a.onclose = () => seen.push('onclose');
  assert.equal(link.a.listenerCount, before + 1);
  link.a.removeEventListener('open', listen);
  assert.equal(link.a.listenerCount, before);
  link.fail();
  assert.deepEqual(
    seen.map((each) => (typeof each === 'string' ? each : each.slice(0, 2).join(' '))),
    ['a error', 'onclose', 'a close', 'b error', 'b close'],
  );
});

test('a log keeps what has been, and waits for what is to come', async () => {
  const log = new EventLog();
  const both = log.untilAll((entries) => entries.length === 2);
  const second = log.until((entry) => entry === 'second');
  log.add('first');
  log.add('second');
  await both;
  assert.equal(await second, 'second');
  assert.equal(await log.until((entry) => entry === 'first'), 'first');
});

test('the doubles are by themselves: no engine, no import, nothing of Node', () => {
  const script = readFileSync(fileURLToPath(import.meta.resolve('peer-session/testing')), 'utf8');
  assert.doesNotMatch(script, /\bimport\b|\bWebAssembly\b|\bBuffer\b|\bprocess\b|\brequire\b/);
});
