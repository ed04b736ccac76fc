// From the first channel to the last.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { MockLink, VirtualClock } from 'peer-session/testing';
import { Transfers } from 'peer-session/transfers';
import { makeFile, MiB } from '../support/files.mjs';
import {
  asChannel,
  codeOf,
  makePair,
  nextIncoming,
  settleTurns,
  unhandled,
  untilEvent,
  untilReceiving,
} from '../support/transfers.mjs';

test('close settles everything before it returns, on this side, and soon on the other', async () => {
  const { a, b, link } = makePair({ link: { bytesPerTurn: 1000 } });
  const file = makeFile(MiB);
  const sent = a.offer(file.blob);
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  const waiting = a.offer(new Blob(['waits for its hash']));
  const states = [];
  a.addEventListener('statechange', ({ state }) => states.push(state));
  a.close();
  a.close();
  assert.deepEqual([sent.state, waiting.state, a.state, states], ['failed', 'failed', 'closed', ['closed']]);
  assert.deepEqual([await codeOf(sent.done), await codeOf(waiting.done)], ['closed', 'closed']);
  await Promise.all([a.closed, b.closed]);
  assert.equal(await codeOf(pull), 'closed');
  assert.equal(link.a.readyState, 'closed');
  assert.equal(link.a.listenerCount + link.b.listenerCount, 0);
  const late = a.offer(new Blob(['too late']));
  assert.deepEqual([late.state, await codeOf(late.done)], ['failed', 'closed']);
});

test('an incoming file of an exchange that is over cannot be pulled', async () => {
  const { a, b } = makePair();
  a.offer(new Blob(['x']));
  const incoming = await nextIncoming(b);
  b.close();
  assert.equal(incoming.state, 'gone');
  assert.equal(await codeOf(incoming.pull()), 'closed');
});

test('a channel that never opens: ready rejects, and so does every offer, with the reason', async () => {
  const { a, clock } = makePair({ open: false, a: { connectTimeout: 1000 } });
  const offer = a.offer(new Blob(['x']));
  clock.advance(1001);
  await assert.rejects(a.ready, { code: 'connect-timeout' });
  await a.closed;
  assert.deepEqual([await codeOf(offer.done), a.state], ['connect-timeout', 'closed']);
});

test('a channel that is closed already', async () => {
  const link = new MockLink();
  link.open();
  link.close();
  const transfers = new Transfers(asChannel(link.a), { clock: new VirtualClock(), connectTimeout: 10 });
  const code = await Promise.race([codeOf(transfers.ready), settleTurns().then(() => 'nothing')]);
  assert.ok(['closed', 'channel-error'].includes(code), code);
  assert.equal(transfers.state, 'closed');
});

test('a channel that is open already is ready at once', async () => {
  const link = new MockLink();
  link.open();
  const a = new Transfers(asChannel(link.a));
  const b = new Transfers(asChannel(link.b));
  await Promise.all([a.ready, b.ready]);
  await Promise.all([a.offer(new Blob(['x'])).pulled, nextIncoming(b).then((file) => file.pull())]);
  a.close();
});

test('a lost channel: all waits for the next one, and no byte comes twice', async () => {
  let came = 0;
  const onWireMessage = (direction, message) => {
    if (direction === 'in') came += message.bytes ?? 0;
  };
  const { a, b, link } = makePair({ link: { bytesPerTurn: 4_000, maxMessageSize: 16_000 }, b: { onWireMessage } });
  const file = makeFile(400_000);
  const offer = a.offer(file.blob);
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  const lost = Promise.all([a, b].map((side) => untilEvent(side, 'statechange')));
  link.fail();
  assert.deepEqual(
    (await lost).map(({ state }) => state),
    ['interrupted', 'interrupted'],
  );
  const meanwhile = a.offer(new Blob(['made while there was none']));
  assert.deepEqual([pull.state, offer.state, meanwhile.state], ['receiving', 'pulled', 'preparing']);
  const next = new MockLink();
  a.reattach(asChannel(next.a));
  b.reattach(asChannel(next.b));
  next.open();
  assert.deepEqual(new Uint8Array(await (await pull).arrayBuffer()), file.bytes);
  await offer.done;
  assert.equal(came, 400_000);
  await (await nextIncoming(b)).pull();
  await meanwhile.done;
});

test('one that is not known to be lost gives way to the one that is attached', async () => {
  const { a, b, link } = makePair({ link: { bytesPerTurn: 4_000 } });
  const file = makeFile(400_000);
  const offer = a.offer(file.blob);
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  const next = new MockLink();
  next.open();
  a.reattach(asChannel(next.a));
  b.reattach(asChannel(next.b));
  assert.deepEqual(new Uint8Array(await (await pull).arrayBuffer()), file.bytes);
  await offer.done;
  assert.equal(link.a.listenerCount + link.b.listenerCount, 0);
});

test('one that was brought and never opened gives way to the next one', async () => {
  const { a, b, link } = makePair({ link: { bytesPerTurn: 4_000 } });
  const file = makeFile(400_000);
  const offer = a.offer(file.blob);
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  link.fail();
  await settleTurns();
  const [dead, next] = [new MockLink(), new MockLink()];
  for (const { a: near, b: far } of [dead, next]) {
    a.reattach(asChannel(near));
    b.reattach(asChannel(far));
  }
  next.open();
  assert.deepEqual(new Uint8Array(await (await pull).arrayBuffer()), file.bytes);
  await offer.done;
  assert.equal(dead.a.listenerCount + dead.b.listenerCount, 0);
});

test('a channel that is not replaced within recoveryTimeout is the end, and one that comes later is closed', async () => {
  const { a, b, link, clock } = makePair({
    link: { bytesPerTurn: 4_000 },
    a: { recoveryTimeout: 5_000 },
    b: { recoveryTimeout: 5_000 },
  });
  const offer = a.offer(makeFile(MiB).blob);
  const pull = (await nextIncoming(b)).pull();
  await offer.pulled;
  link.fail();
  await settleTurns();
  assert.equal(a.state, 'interrupted');
  clock.advance(5_001);
  await Promise.all([a.closed, b.closed]);
  assert.deepEqual([await codeOf(offer.done), await codeOf(pull)], ['channel-error', 'channel-error']);
  const late = new MockLink();
  late.open();
  a.reattach(asChannel(late.a));
  await settleTurns();
  assert.equal(late.a.readyState, 'closed');
});

test('an offer may be pulled for an hour, and then no more', async () => {
  const { a, b, clock } = makePair();
  const first = a.offer(new Blob(['x']));
  const file = await nextIncoming(b);
  clock.advance(59 * 60_000);
  await file.pull();
  await first.done;
  const second = a.offer(new Blob(['y']));
  await nextIncoming(b);
  clock.advance(60 * 60_000 + 1);
  assert.equal(await codeOf(second.done), 'offer-expired');
});

test('drained resolves when nothing is under way', async () => {
  const { a, b } = makePair();
  const offer = a.offer(makeFile(200_000).blob);
  const pull = (await nextIncoming(b)).pull();
  await offer.pulled;
  await a.drained();
  assert.equal(offer.state, 'delivered');
  await pull;
  a.close();
  await a.drained();
});

test('a listener or an application that throws disturbs nothing', async () => {
  const { a, b } = makePair();
  const codes = [];
  b.addEventListener('error', ({ error }) => codes.push(error.code));
  const offer = a.offer(new Blob(['x']));
  const file = await nextIncoming(b);
  await file.pull();
  await offer.done;
  assert.deepEqual(codes, []);
});

test('a wrong argument is a TypeError that names it, at once, and nothing has happened', async () => {
  const { a, b, link } = makePair();
  const wrong = (make, pattern) =>
    assert.throws(make, (error) => error instanceof TypeError && pattern.test(error.message));
  wrong(() => new Transfers(/** @type {any} */ (undefined)), /channel/);
  wrong(() => new Transfers(/** @type {any} */ ({})), /channel\.send/);
  wrong(() => new Transfers(/** @type {any} */ ({ send() {}, ordered: false })), /ordered/);
  wrong(() => new Transfers(asChannel(link.a), /** @type {any} */ (7)), /options/);
  wrong(() => new Transfers(asChannel(link.a), { stallTimeout: -1 }), /options\.stallTimeout/);
  wrong(() => new Transfers(asChannel(link.a), { maxMessageSize: 0 }), /maxMessageSize/);
  const offerWith = (options) => () => a.offer(new Blob(['x']), /** @type {any} */ (options));
  wrong(() => a.offer(/** @type {any} */ ('text')), /source/);
  wrong(offerWith(7), /given|options/);
  wrong(offerWith({ name: 7 }), /name/);
  wrong(offerWith({ signal: {} }), /options\.signal/);
  for (const extra of [7, 'text', [], () => 1, { toJSON: () => 7 }, { n: 1n }, { a: 'x'.repeat(4096) }]) {
    wrong(offerWith({ extra }), /extra|BigInt/);
  }
  await settleTurns();
  assert.deepEqual(link.log.entries, []);
  a.offer(new Blob(['x']), { signal: null, extra: null, hash: null, name: null, mime: null, hashFirst: null });
  const incoming = await nextIncoming(b);
  for (const options of [
    7,
    { to: 7 },
    { to: {} },
    { room: 0 },
    { signal: 1 },
    { priority: 0.5 },
    { priority: 'high' },
  ]) {
    wrong(() => incoming.pull(/** @type {any} */ (options)), /given|options|room|to|signal|priority/);
  }
  wrong(() => incoming.decline(/** @type {any} */ (7)), /reason/);
  assert.equal(incoming.state, 'offered');
  assert.equal((await incoming.pull({ to: null, room: null, signal: null, priority: null })).size, 1);
});

test('nothing of this was an unhandled rejection', async () => {
  await settleTurns();
  assert.deepEqual(unhandled, []);
});
