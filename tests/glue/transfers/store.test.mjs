// What a page shows of its transfers: the same object as long as nothing has changed, and told once for all of one moment.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { storeOf } from 'peer-session/transfers';
import { makeFile } from '../support/files.mjs';
import { codeOf, makePair, nextIncoming, settleTurns, untilEvent, untilReceiving } from '../support/transfers.mjs';

test('a snapshot shows what is offered, what may be pulled, and what is on its way, to the end', async () => {
  const { a, b } = makePair();
  const [there, here] = [storeOf(a), storeOf(b)];
  assert.equal(storeOf(a), there);
  const offer = a.offer(new Blob(['x']), { name: 'x.txt' });
  assert.deepEqual(
    there.getSnapshot().offers.map(({ id, item, state }) => [id, item, state]),
    [[offer.id, offer, 'preparing']],
  );
  const file = await nextIncoming(b);
  assert.deepEqual(
    here.getSnapshot().incoming.map(({ id, item, state }) => [id, item, state]),
    [[file.id, file, 'offered']],
  );
  const pull = file.pull();
  assert.deepEqual([here.getSnapshot().incoming.length, here.getSnapshot().pulls[0]?.state], [0, 'waiting']);
  await Promise.all([pull, offer.done]);
  assert.deepEqual(
    [here.getSnapshot().pulls[0]?.state, there.getSnapshot().offers[0]?.state, here.getSnapshot().state],
    ['done', 'delivered', 'open'],
  );
});

test('why a transfer failed is in its view', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 1000 } });
  a.offer(makeFile(100_000).blob);
  const pull = (await nextIncoming(b)).pull();
  const { getSnapshot } = storeOf(b);
  pull.cancel();
  await codeOf(pull);
  await settleTurns(1);
  const [view] = getSnapshot().pulls;
  assert.deepEqual([view?.state, view?.error?.code], ['failed', 'cancelled']);
});

test('nothing has changed: the same snapshot; something has: another, with the same views of the rest', async () => {
  const { a } = makePair();
  const { getSnapshot } = storeOf(a);
  a.offer(new Blob(['one']));
  await settleTurns();
  const before = getSnapshot();
  assert.equal(getSnapshot(), before);
  a.offer(new Blob(['two']));
  const after = getSnapshot();
  assert.notEqual(after, before);
  assert.equal(after.offers[0], before.offers[0]);
  assert.equal(after.incoming.length, 0);
});

test('who subscribes is told once for a thousand changes, and not after unsubscribing', async () => {
  const { a } = makePair();
  const { subscribe, getSnapshot } = storeOf(a);
  let told = 0;
  const listener = () => {
    told += 1;
  };
  const stops = [subscribe(listener), subscribe(listener)];
  for (let index = 0; index < 1000; index++) a.offer(new Blob([String(index)]), { signal: AbortSignal.abort() });
  await Promise.resolve();
  assert.equal(told, 2, 'once for each subscription');
  await settleTurns();
  told = 0;
  for (const stop of stops) stop();
  stops[0]?.();
  const offered = untilEvent(a, 'change', ({ item }) => item.state === 'offered');
  a.offer(new Blob(['later']));
  await offered;
  await settleTurns(1);
  assert.equal(told, 0);
  assert.equal(getSnapshot().offers.at(-1)?.state, 'offered');
});

test('one that throws is reported as other errors of a page, and the others are told', async (t) => {
  const { a } = makePair();
  const { subscribe } = storeOf(a);
  /** @type {unknown[]} */
  const uncaught = [];
  const later = queueMicrotask;
  // What a microtask throws nobody catches: here it is only noted, for the test runner would take it for its own.
  t.mock.method(globalThis, 'queueMicrotask', (callback) =>
    later(() => {
      try {
        callback();
      } catch (error) {
        uncaught.push(error);
      }
    }),
  );
  let told = 0;
  const mistake = new Error('of a page');
  subscribe(() => {
    throw mistake;
  });
  subscribe(() => {
    told += 1;
  });
  a.offer(new Blob(['x']), { signal: AbortSignal.abort() });
  await settleTurns();
  assert.ok(told > 0);
  assert.deepEqual(uncaught, Array(told).fill(mistake));
  a.close();
});

test('progress is followed while somebody listens, and no longer', async () => {
  const { a, b, link, clock } = makePair({ link: { bytesPerTurn: 16_000 } });
  a.offer(makeFile(400_000).blob);
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  const { subscribe, getSnapshot } = storeOf(b);
  link.setAuto(false);
  await settleTurns();
  const second = async () => {
    clock.advance(1_000);
    await settleTurns();
    return getSnapshot();
  };
  assert.equal(await second(), await second());
  assert.equal(getSnapshot().pulls[0]?.progress, undefined);
  const stop = subscribe(() => {});
  await settleTurns();
  assert.ok((getSnapshot().pulls[0]?.progress?.bytes ?? 0) > 0);
  assert.notEqual(await second(), await second(), 'its rate falls');
  stop();
  await second();
  assert.equal(await second(), await second());
  a.close();
});

test('what is over is kept until it is dismissed, and no more than a thousand of it', async () => {
  const { a } = makePair();
  const { dismiss, getSnapshot } = storeOf(a);
  const left = a.offer(new Blob(['left']));
  await settleTurns();
  const offers = Array.from({ length: 1_200 }, () => a.offer(new Blob([]), { signal: AbortSignal.abort() }));
  await settleTurns();
  const ids = getSnapshot().offers.map(({ id }) => id);
  assert.deepEqual(ids, [left.id, ...offers.slice(200).map(({ id }) => id)]);
  dismiss(offers[700]?.id);
  assert.equal(getSnapshot().offers.length, 1_000);
  dismiss(left.id);
  assert.equal(getSnapshot().offers.length, 1_000, 'it is not over');
  dismiss();
  assert.deepEqual(
    getSnapshot().offers.map(({ id }) => id),
    [left.id],
  );
});

test('a store that is asked for late knows what came before', async () => {
  const { a, b } = makePair();
  const offer = a.offer(new Blob(['early']));
  const file = await nextIncoming(b);
  assert.equal(storeOf(a).getSnapshot().offers[0]?.item, offer);
  assert.equal(storeOf(b).getSnapshot().incoming[0]?.item, file);
});

test('at the end of the exchange everything that waited is over', async () => {
  const { a, b } = makePair();
  a.offer(new Blob(['x']));
  await nextIncoming(b);
  const [there, here] = [storeOf(a), storeOf(b)];
  a.close();
  await b.closed;
  await settleTurns(1);
  assert.deepEqual(
    [there.getSnapshot().state, there.getSnapshot().offers[0]?.error?.code, here.getSnapshot().incoming],
    ['closed', 'closed', []],
  );
});
