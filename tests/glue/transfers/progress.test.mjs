// How far a transfer is: told often enough, never too often, and never piled up.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile, MiB } from '../support/files.mjs';
import { codeOf, makePair, nextIncoming, settleTurns } from '../support/transfers.mjs';

/** A pull of that many bytes, which move only when the test lets them. */
async function slowPull(size) {
  const { a, b, link, clock } = makePair();
  const file = makeFile(size);
  const offer = a.offer(file.blob, { hash: file.hash });
  const incoming = await nextIncoming(b);
  link.setAuto(false);
  const pull = incoming.pull();
  const told = [];
  const over = (async () => {
    for await (const progress of pull.progress()) told.push({ ...progress, at: clock.now() });
  })();
  /** So many bytes go over, and that much time. */
  const pass = async (bytes, milliseconds) => {
    link.drain('b');
    await settleTurns(2);
    link.drain('a', bytes);
    await settleTurns(2);
    link.drain('b');
    clock.advance(milliseconds);
    await settleTurns(2);
  };
  return { a, b, link, clock, offer, pull, told, over, pass };
}

test('ten times a second at the most, whatever comes, and the rate and what is left are right', async () => {
  const { told, pass, pull, over } = await slowPull(2 * MiB);
  // 10 KiB each 10 ms: 1,000 KiB a second.
  for (let step = 0; step < 100; step++) await pass(10 * 1024, 10);
  const times = told.map(({ at }) => at);
  assert.ok(told.length >= 8 && told.length <= 12, `${told.length} in a second`);
  for (const [index, at] of times.slice(1).entries()) assert.ok(at - (times[index] ?? 0) >= 100);
  const last = told.at(-1);
  assert.ok(Math.abs(last.rate - 1_024_000) < 100_000, `${last.rate}`);
  assert.ok(Math.abs(last.remaining - ((last.size - last.bytes) / last.rate) * 1000) < 1);
  for (let step = 0; step < 200; step++) await pass(MiB, 10);
  await pull;
  await over;
  assert.deepEqual([told.at(-1).bytes, told.at(-1).size, told.at(-1).remaining], [2 * MiB, 2 * MiB, 0]);
});

test('a transfer that stands still is told once a second, and its rate falls', async () => {
  const { told, pass, clock, pull } = await slowPull(2 * MiB);
  for (let step = 0; step < 50; step++) await pass(10 * 1024, 10);
  const before = told.length;
  const { rate } = told.at(-1);
  for (let tenth = 0; tenth < 50; tenth++) {
    clock.advance(100);
    await settleTurns(1);
  }
  const still = told.length - before;
  assert.ok(still >= 4 && still <= 6, `${still} in five seconds`);
  assert.ok(told.at(-1).rate < rate / 2);
  pull.cancel();
  assert.equal(await codeOf(pull), 'cancelled');
});

test('whoever is late is told the latest, once', async () => {
  const { pass, pull } = await slowPull(2 * MiB);
  const slow = pull.progress();
  await slow.next();
  for (let step = 0; step < 100; step++) await pass(10 * 1024, 10);
  const { value } = await slow.next();
  assert.ok(value && value.bytes > 900_000, `${value?.bytes}`);
  await slow.return?.(undefined);
  pull.cancel();
});

test('it ends with the transfer, however that ends, and throws nothing; the clock has nothing left to do', async () => {
  const { pull, offer, over, clock, a, b } = await slowPull(2 * MiB);
  const ofOffer = (async () => {
    for await (const progress of offer.progress()) assert.equal(progress.size, 2 * MiB);
  })();
  await settleTurns();
  a.close();
  b.close();
  await Promise.all([over, ofOffer]);
  assert.deepEqual([await codeOf(pull), await codeOf(offer.done)], ['closed', 'closed']);
  assert.equal(clock.pendingTimers, 0);
  const after = [];
  for await (const progress of pull.progress()) after.push(progress.bytes);
  assert.ok(after.length <= 1);
});
