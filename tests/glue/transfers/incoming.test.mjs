// What the peer offers, by iteration and by event.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { makeOne, makePair, nextIncoming, settleTurns, untilEvent } from '../support/transfers.mjs';

test('what was offered before anybody iterated waits, in order', async () => {
  const { a, b } = makePair();
  const names = Array.from({ length: 50 }, (_, index) => `file ${index}`);
  for (const name of names) a.offer(new Blob([name]), { name });
  await a.ready;
  const seen = [];
  for await (const { name } of b.incoming) {
    seen.push(name);
    if (seen.length === names.length) break;
  }
  assert.deepEqual(seen, names);
});

test('each file goes to one of those who iterate, and to all who listen', async () => {
  const { a, b } = makePair();
  const heard = [];
  b.addEventListener('incoming', ({ file }) => heard.push(file.name));
  b.addEventListener('incoming', ({ file }) => heard.push(file.name));
  const both = Promise.all([nextIncoming(b), nextIncoming(b)]);
  await settleTurns();
  a.offer(new Blob(['1']), { name: 'one' });
  a.offer(new Blob(['2']), { name: 'two' });
  const files = await both;
  assert.deepEqual(files.map(({ name }) => name).sort(), ['one', 'two']);
  assert.deepEqual(heard, ['one', 'one', 'two', 'two']);
});

test('what was withdrawn, pulled or declined meanwhile does not come', async () => {
  const { a, b } = makePair();
  const offers = ['withdrawn', 'pulled', 'declined', 'left'].map((name) => a.offer(new Blob([name]), { name }));
  b.addEventListener('incoming', ({ file }) => {
    if (file.name === 'pulled') file.pull();
    if (file.name === 'declined') file.decline();
  });
  await untilEvent(b, 'incoming', ({ file }) => file.name === 'left');
  const gone = untilEvent(b, 'offerwithdrawn');
  offers[0]?.withdraw();
  await gone;
  assert.equal((await nextIncoming(b)).name, 'left');
});

test('iteration ends with the exchange, also for those who wait, and whoever stops waits no more', async () => {
  const { a, b } = makePair();
  const stopped = b.incoming[Symbol.asyncIterator]();
  const waiting = stopped.next();
  await stopped.return?.();
  assert.equal((await waiting).done, true);
  assert.equal((await stopped.next()).done, true);
  const other = b.incoming[Symbol.asyncIterator]();
  const last = other.next();
  a.offer(new Blob(['for the one who is left']));
  assert.equal((await last).value?.state, 'offered');
  const end = other.next();
  b.close();
  assert.deepEqual([(await end).done, (await other.next()).done], [true, true]);
});

test('a peer that offers without end: the oldest give way, within a bound, and it is said', async () => {
  const { transfers, peer, clock } = makeOne({ options: { offerTimeout: 1e9 } });
  peer.greet();
  const errors = [];
  const gone = [];
  let told = 0;
  transfers.addEventListener('error', ({ error }) => errors.push(error));
  transfers.addEventListener('incoming', () => (told += 1));
  transfers.addEventListener('change', ({ item }) => item.state === 'gone' && gone.push(item));
  const file = makeFile(10);
  const extra = JSON.stringify({ text: 'x'.repeat(4000) });
  // As fast as a peer may, by the engine's budgets.
  for (let index = 0; index < 9_000; index++) {
    peer.offer(file, `offer-${index}`, { extra });
    if (index % 500 === 499) {
      clock.advance(60_000);
      await settleTurns(1);
    }
  }
  await settleTurns();
  assert.ok(told > 8_000, `${told} were told`);
  assert.ok(gone.length > 0 && errors.some(({ code }) => code === 'over-budget'));
  assert.equal(gone[0]?.id, 'offer-0');
  assert.equal(errors.find(({ code, transferId }) => code === 'over-budget' && transferId)?.transferId, 'offer-0');
});

test('whatever a peer attaches, an offer is an offer; only an object is extra', async () => {
  const { transfers, peer } = makeOne();
  const file = makeFile(10);
  const cases = [
    ['none', undefined],
    ['no text', { a: 1 }],
    ['a number', 7],
    ['no JSON', '{'],
    ['null', 'null'],
    ['an array', '[1]'],
    ['too long', JSON.stringify({ a: 'x'.repeat(5000) })],
    ['an object', '{"a":{"b":[1,null]}}'],
    ['a prototype', '{"__proto__":{"polluted":true}}'],
  ];
  for (const [name, extra] of cases) peer.offer(file, /** @type {string} */ (name), { extra });
  const seen = new Map();
  for await (const { id, extra } of transfers.incoming) {
    seen.set(id, extra);
    if (seen.size === cases.length) break;
  }
  for (const name of ['none', 'no text', 'a number', 'no JSON', 'null', 'an array', 'too long']) {
    assert.equal(seen.get(name), undefined, name);
  }
  assert.deepEqual(seen.get('an object'), { a: { b: [1, null] } });
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  assert.equal(Object.getPrototypeOf(seen.get('a prototype')), Object.prototype);
});

test('an id that is offered twice is one file', async () => {
  const { transfers, peer } = makeOne();
  const names = [];
  transfers.addEventListener('incoming', ({ file }) => names.push(file.name));
  peer.offer(makeFile(10), 'same');
  peer.offer(makeFile(20), 'same', { name: 'other.png' });
  peer.offer(makeFile(10), 'last');
  await settleTurns();
  assert.deepEqual(names, ['file-1.png', 'file-1.png']);
});
