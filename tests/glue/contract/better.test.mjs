// @ts-check
// What the class that this package replaces falls short of, row by row.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gatedBlob, makeFile, unreadableBlob } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const file = makeFile(40_000);
const seconds = (count) => count * 1000;

test('a pull that waits behind other files does not time out while data flows', async () => {
  const party = await connectRaw();
  party.session.pullFile('first');
  party.session.pullFile('second');
  party.peer.meta(file, 'first');
  for (let start = 0; start < 40_000; start += 4000) {
    party.clock.advance(seconds(14));
    party.peer.say(file.bytes.subarray(start, start + 4000));
  }
  assert.equal(party.of('transfer-error').length, 0, '140 seconds after its pull');
  party.clock.advance(seconds(14));
  party.peer.transfer(makeFile(10, { seed: 2 }), 'second');
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['first', 'image'],
    ['second', 'image'],
  ]);
});

test('the silence counts for every pull that waits: 15 seconds after the last byte they all end', async () => {
  const party = await connectRaw();
  for (const id of ['first', 'second', 'third']) party.session.pullFile(id);
  party.clock.advance(seconds(10));
  party.peer.transfer(file, 'first');
  await party.untilSettled(1);
  party.clock.advance(seconds(15) - 1);
  assert.equal(party.of('transfer-error').length, 0);
  party.clock.advance(1);
  assert.deepEqual(party.ends().slice(1), [
    ['second', 'pull-timeout'],
    ['third', 'pull-timeout'],
  ]);
});

test('a meta inside another file ends that one, and the new one goes on', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.session.pullFile('y');
  party.peer.meta(file, 'x');
  party.peer.say(file.bytes.subarray(0, 1000));
  party.peer.transfer(makeFile(2000, { seed: 2 }), 'y');
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['x', 'interrupted'],
    ['y', 'image'],
  ]);
});

test('an empty file arrives', async () => {
  const { a, b } = await connectPair();
  const empty = makeFile(0);
  b.session.pullFile(/** @type {string} */ (a.session.sendImage(empty.blob, empty.hash)));
  await b.untilSettled(1);
  assert.deepEqual(
    b.of('image').map(({ blob }) => [blob.size, blob.type, blob.fileHash]),
    [[0, 'image/png', empty.hash]],
  );
});

/** One of each: being verified, running, waiting. */
async function withPullsOfEachKind() {
  const party = await connectRaw();
  for (const id of ['verifying', 'running', 'waiting', 'also waiting']) party.session.pullFile(id);
  party.peer.transfer(file, 'verifying');
  party.peer.meta(file, 'running');
  party.peer.say(file.bytes.subarray(0, 100));
  return party;
}

async function neverAgain(party, settled) {
  party.session.close();
  party.clock.advance(seconds(120));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([party.settled(), party.of('close').length], [settled, 1]);
}

for (const [what, end, code] of /** @type {[string, (party: any) => void, string][]} */ ([
  ['the channel closes', ({ link }) => link.close(), 'closed'],
  ['the channel fails', ({ link }) => link.fail(), 'channel-error'],
  ['the connection fails', ({ pc }) => pc.become('failed'), 'channel-error'],
])) {
  test(`when ${what}, every id that waits or runs ends at once, once; what is whole is delivered`, async () => {
    const party = await withPullsOfEachKind();
    end(party);
    assert.deepEqual(
      party.ends().sort(),
      ['also waiting', 'running', 'waiting'].map((id) => [id, code]),
    );
    assert.equal(party.of('transfer-error').length, 3);
    assert.equal(party.of('close').length, 0, 'the session ends with its last file');
    await party.log.until(({ kind }) => kind === 'close');
    assert.deepEqual(party.ends().slice(3), [['verifying', 'image']]);
    await neverAgain(party, 4);
  });
}

test('when this side closes, every id that waits, runs or is being verified ends at once, once', async () => {
  const party = await withPullsOfEachKind();
  party.session.close();
  assert.deepEqual(
    party.ends().sort(),
    ['also waiting', 'running', 'verifying', 'waiting'].map((id) => [id, 'closed']),
  );
  assert.deepEqual([party.of('transfer-error').length, party.of('close').length], [4, 1]);
  await neverAgain(party, 4);
});

test('one byte more than announced is an error', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x', { size: 39_999 });
  party.peer.say(file.bytes.subarray(0, 20_000), file.bytes.subarray(20_000));
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'too-many-bytes']]);
});

test('a byte after the end belongs to nobody', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  party.peer.say(new Uint8Array(1));
  await party.untilSettled(1);
  assert.deepEqual([party.ends(), party.session.stats?.droppedBytes], [[['x', 'image']], 1]);
});

test('an unreadable file fails alone: the receiver is told, and the queue goes on', async () => {
  const { a, b, link } = await connectPair();
  const files = [file, makeFile(10, { seed: 3 })];
  const ids = [
    a.session.sendImage(files[0].blob, files[0].hash),
    a.session.sendImage(unreadableBlob(50_000), file.hash),
    a.session.sendImage(files[1].blob, files[1].hash),
  ];
  for (const id of ids) b.session.pullFile(/** @type {string} */ (id));
  await b.untilSettled(3);
  assert.deepEqual(
    b.ends().sort(),
    [
      [ids[0], 'image'],
      [ids[1], 'aborted-by-peer'],
      [ids[2], 'image'],
    ].sort(),
  );
  assert.deepEqual(
    link.log.entries.map(({ message }) => message).filter((message) => message?.type === 'transfer-abort'),
    [{ type: 'transfer-abort', transferId: ids[1], reason: 'unreadable' }],
  );
  assert.equal((await a.untilEnd(ids[1], 'send')).error.code, 'unreadable');
});

test('a file that became shorter since it was offered fails alone', async () => {
  const { a, b } = await connectPair();
  const shrunk = Object.defineProperty(new Blob(['short']), 'size', { value: 50_000 });
  const id = /** @type {string} */ (a.session.sendImage(shrunk, file.hash));
  b.session.pullFile(id);
  await b.untilSettled(1);
  assert.deepEqual(b.ends(), [[id, 'aborted-by-peer']]);
});

test('a read that never ends fails alone after 10 seconds', async () => {
  const party = await connectRaw();
  const ids = [gatedBlob(file.blob).blob, file.blob].map((blob) => party.session.sendImage(blob, file.hash));
  party.peer.say({ type: 'pull-request', transferId: ids[0] });
  party.clock.advance(seconds(10) - 1);
  party.peer.say({ type: 'pull-request', transferId: ids[1] });
  assert.deepEqual(party.of('transferend'), []);
  party.clock.advance(1);
  party.link.setAuto(true);
  await party.untilEnd(ids[1], 'send');
  assert.deepEqual(
    party.of('transferend').map(({ event }) => [event.transferId, event.error?.code]),
    [
      [ids[0], 'read-timeout'],
      [ids[1], undefined],
    ],
  );
  assert.deepEqual(party.peer.heard('transfer-abort'), [
    { type: 'transfer-abort', transferId: ids[0], reason: 'read-timeout' },
  ]);
});
