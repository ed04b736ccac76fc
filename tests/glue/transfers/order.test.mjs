// Which of the waiting pulls comes first; and what is set aside for a while.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile, MiB } from '../support/files.mjs';
import { makeOne, makePair, nextIncoming, settleTurns, untilEvent, untilReceiving } from '../support/transfers.mjs';

/** Offered in that order, and known on the other side. */
async function offerAll(a, b, sizes) {
  const offers = sizes.map((size, index) => {
    const file = makeFile(size, { seed: index + 1 });
    return a.offer(file.blob, { hash: file.hash, name: `${index}` });
  });
  const files = [];
  for await (const file of b.incoming) {
    files.push(file);
    if (files.length === sizes.length) return { offers, files };
  }
  throw new Error('it is over');
}

/** The order in which pulls come to their end. */
function ends(transfers) {
  const order = [];
  transfers.addEventListener('change', ({ item }) => {
    if (item.state === 'done') order.push(item.file.name);
  });
  return order;
}

test('a small file does not wait for a large one that has not begun', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 256 * 1024 } });
  const { files } = await offerAll(a, b, [6 * MiB, 6 * MiB, 10_000, 20_000]);
  const order = ends(b);
  await Promise.all(files.map((file) => file.pull()));
  assert.deepEqual(order, ['0', '2', '3', '1']);
});

test('what has a higher priority is asked for first, and that may change while it waits', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 256 * 1024 } });
  const { files } = await offerAll(a, b, [6 * MiB, 1_000, 2_000, 6 * MiB, 3_000]);
  const order = ends(b);
  const pulls = files.map((file, index) => file.pull({ priority: [0, 0, -5, 3, 0][index] ?? 0 }));
  const last = pulls[1];
  if (!last) throw new Error('it is there');
  last.priority = -9;
  assert.equal(last.priority, -9);
  await Promise.all(pulls);
  assert.deepEqual(order, ['0', '3', '4', '2', '1']);
});

test('without a bound all is asked for at once, and comes in that order', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 256 * 1024 }, b: { pullsAhead: 0 } });
  const { files } = await offerAll(a, b, [6 * MiB, 6 * MiB, 1_000]);
  const order = ends(b);
  await Promise.all(files.map((file) => file.pull()));
  assert.deepEqual(order, ['0', '1', '2']);
});

test('a running pull that is paused lets others go first, and goes on at the byte it had', async () => {
  let came = 0;
  const onWireMessage = (direction, message) => {
    if (direction === 'in') came += message.bytes ?? 0;
  };
  const { a, b } = makePair({ link: { bytesPerTurn: 8_000, maxMessageSize: 16_000 }, b: { onWireMessage } });
  const large = makeFile(600_000);
  const offer = a.offer(large.blob, { hash: large.hash });
  const pull = (await nextIncoming(b)).pull();
  await untilReceiving(b, pull);
  const paused = untilEvent(b, 'change', ({ item }) => item === pull && pull.state === 'paused');
  pull.pause();
  await paused;
  assert.equal(offer.state, 'pulled');
  a.offer(new Blob(['first']));
  assert.equal(await (await (await nextIncoming(b)).pull()).text(), 'first');
  await settleTurns();
  assert.equal(pull.state, 'paused');
  pull.resume();
  assert.deepEqual(new Uint8Array(await (await pull).arrayBuffer()), large.bytes);
  await offer.done;
  assert.equal(came, 600_000 + 5, 'no byte came twice');
});

test('a pull that waits may be paused, too: it is not asked for until it is resumed', async () => {
  const { a, b, link } = makePair();
  const { files } = await offerAll(a, b, [6 * MiB, 1_000]);
  const [first, second] = files.map((file) => file.pull());
  second?.pause();
  await first;
  await settleTurns();
  assert.equal(second?.state, 'paused');
  const asked = () => link.log.entries.filter(({ message }) => message?.type === 'pull-request').length;
  assert.equal(asked(), 1);
  second?.resume();
  assert.equal((await second)?.size, 1_000);
  assert.equal(asked(), 2);
});

test('what is paused may be cancelled, withdrawn, or ended with the exchange; each settles it once', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 8_000 } });
  const { offers, files } = await offerAll(a, b, [300_000, 300_000, 300_000]);
  const pulls = files.map((file) => file.pull());
  const paused = Promise.all(
    pulls.map((pull) => untilEvent(b, 'change', ({ item }) => item === pull && pull.state === 'paused')),
  );
  for (const pull of pulls) pull.pause();
  await paused;
  assert.deepEqual(
    pulls.map(({ state }) => state),
    ['paused', 'paused', 'paused'],
  );
  pulls[0]?.cancel();
  offers[1]?.withdraw();
  await assert.rejects(async () => pulls[0], { code: 'cancelled' });
  await assert.rejects(async () => pulls[1], { code: 'aborted-by-peer', peerReason: 'withdrawn' });
  b.close();
  await assert.rejects(async () => pulls[2], { code: 'closed' });
});

test('a peer of another kind goes on with what it has begun, and that is said', async () => {
  const { transfers, peer, link } = makeOne();
  const file = makeFile(64_000);
  peer.offer(file, 'one');
  const pull = (await nextIncoming(transfers)).pull();
  link.drain('a');
  peer.meta(file, 'one');
  peer.say(file.bytes.subarray(0, 16_000));
  pull.pause();
  await settleTurns();
  assert.equal(pull.state, 'receiving');
  peer.say(file.bytes.subarray(16_000));
  assert.equal((await pull).size, 64_000);
});
