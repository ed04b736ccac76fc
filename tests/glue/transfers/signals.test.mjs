// An application gives up by its AbortSignal: before, during and after.
// @ts-check
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { codeOf, makePair, nextIncoming, settleTurns, unhandled, untilReceiving } from '../support/transfers.mjs';

const why = new Error('changed my mind');
const listenersOf = (signal) => getEventListeners(signal, 'abort').length;

test('an offer with a signal that is aborted already is never told, and fails with its reason', async () => {
  const { a, link } = makePair();
  const offer = a.offer(new Blob(['x']), { signal: AbortSignal.abort(why) });
  await assert.rejects(offer.done, { code: 'withdrawn', cause: why });
  await settleTurns();
  assert.deepEqual([offer.state, link.log.entries], ['failed', []]);
});

test('a pull with a signal that is aborted already asks for nothing, and the file may be pulled later', async () => {
  const { a, b, link } = makePair();
  a.offer(new Blob(['later']));
  const incoming = await nextIncoming(b);
  const pull = incoming.pull({ signal: AbortSignal.abort(why) });
  await assert.rejects(() => pull, { code: 'cancelled', cause: why, transferId: incoming.id });
  assert.equal(link.log.entries.filter(({ from }) => from === 'b').length, 0);
  assert.equal(await (await incoming.pull()).text(), 'later');
});

test('an offer that is aborted while it is announced, or sent, ends on both sides', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 2_000 } });
  const file = makeFile(500_000);
  const first = new AbortController();
  const announced = a.offer(file.blob, { signal: first.signal });
  const incoming = await nextIncoming(b);
  first.abort(why);
  await assert.rejects(announced.done, { code: 'withdrawn', cause: why });

  const second = new AbortController();
  const sent = a.offer(file.blob, { signal: second.signal });
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  second.abort(why);
  await assert.rejects(sent.done, { code: 'withdrawn', cause: why });
  await assert.rejects(() => pull, { code: 'aborted-by-peer', peerReason: 'withdrawn' });
  assert.equal(incoming.state, 'gone');
});

test('a pull that is aborted in the middle ends on both sides', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 2_000 } });
  const offer = a.offer(makeFile(500_000).blob);
  const controller = new AbortController();
  const pull = (await nextIncoming(b)).pull({ signal: controller.signal });
  await untilReceiving(b, pull);
  controller.abort(why);
  await assert.rejects(() => pull, { code: 'cancelled', cause: why });
  await assert.rejects(offer.done, { code: 'aborted-by-peer', peerReason: 'cancelled' });
});

test('after the end a signal means nothing, and is not listened to', async () => {
  const { a, b } = makePair();
  const ofOffer = new AbortController();
  const ofPull = new AbortController();
  const offer = a.offer(new Blob(['x']), { signal: ofOffer.signal });
  const pull = (await nextIncoming(b)).pull({ signal: ofPull.signal });
  assert.deepEqual([listenersOf(ofOffer.signal), listenersOf(ofPull.signal)], [1, 1]);
  await Promise.all([pull, offer.done]);
  assert.deepEqual([listenersOf(ofOffer.signal), listenersOf(ofPull.signal)], [0, 0]);
  ofOffer.abort();
  ofPull.abort();
  assert.deepEqual([offer.state, pull.state], ['delivered', 'done']);
});

test('one signal for a thousand transfers: each has let go of it at its end', async () => {
  const { a, b } = makePair();
  const controller = new AbortController();
  const offers = Array.from({ length: 1000 }, (_, index) =>
    a.offer(new Blob([String(index)]), { signal: controller.signal }),
  );
  let pulled = 0;
  for await (const file of b.incoming) {
    file.pull({ signal: controller.signal });
    if (++pulled === 500) break;
  }
  controller.abort(why);
  const codes = await Promise.all(offers.map(({ done }) => codeOf(done)));
  assert.ok(codes.every((code) => code === 'withdrawn' || code === 'resolved' || code === 'aborted-by-peer'));
  assert.equal(listenersOf(controller.signal), 0);
});

test('`using` gives up what is not over at the end of its block', async () => {
  const { a, b } = makePair();
  const dispose = /** @type {typeof Symbol.dispose} */ (Symbol.dispose ?? Symbol.for('Symbol.dispose'));
  const offer = a.offer(new Blob(['x']));
  const pull = (await nextIncoming(b)).pull();
  pull[dispose]();
  assert.equal(await codeOf(pull), 'cancelled');
  const other = a.offer(new Blob(['y']));
  other[dispose]();
  assert.equal(await codeOf(other.done), 'withdrawn');
  assert.equal(await codeOf(offer.done), 'aborted-by-peer');
  a[dispose]();
  assert.equal(a.state, 'closed');
});

test('nothing of this was an unhandled rejection', async () => {
  await settleTurns();
  assert.deepEqual(unhandled, []);
});
