// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesOf, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectRaw, makeSession } from '../support/sessions.mjs';

const file = makeFile(20_000);
const seconds = (count) => count * 1000;

test('pullFile asks for the file', async () => {
  const { session, peer } = await connectRaw();
  session.pullFile('x');
  assert.deepEqual(peer.heard(), [{ type: 'pull-request', transferId: 'x' }]);
});

test('an id that is on its way is not asked for twice, and ends once', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  party.session.pullFile('x');
  party.peer.say(file.bytes);
  await party.untilSettled(1);
  assert.equal(party.peer.heard('pull-request').length, 1);
  assert.deepEqual(party.ends(), [['x', 'image']]);
});

test('an id that has ended can be asked for again', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.clock.advance(seconds(15));
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['x', 'pull-timeout'],
    ['x', 'image'],
  ]);
});

for (const [what, prepare] of /** @type {[string, () => any][]} */ ([
  ['before the channel opens', () => makeSession()],
  [
    'on a channel that is closing',
    async () => {
      const party = await connectRaw();
      party.link.a.close();
      return party;
    },
  ],
  [
    'after close()',
    async () => {
      const party = await connectRaw();
      party.session.close();
      return party;
    },
  ],
])) {
  test(`pullFile ${what} ends in onTransferError within the call, once`, async () => {
    const party = await prepare();
    party.session.pullFile('x');
    assert.deepEqual(
      party.of('transfer-error').map(({ transferId }) => transferId),
      ['x'],
    );
    party.session.close();
    party.clock.advance(seconds(60));
    assert.equal(party.settled(), 1);
  });
}

test('a file arrives with its content, type, hash and everything its sender said', async () => {
  const party = await connectRaw({ realPeerId: 'bob-for-life' });
  party.session.pullFile('x');
  party.peer.transfer(file, 'x', { isPinned: true, ttl: 60, originalSenderId: 'carol', identityCreatedAt: 5 });
  await party.untilSettled(1);
  const [image] = party.of('image');
  assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), file.bytes);
  assert.ok(image.blob instanceof Blob);
  assert.deepEqual([image.blob.type, image.blob.fileHash], ['image/png', file.hash]);
  assert.deepEqual(
    [image.from, image.isPinned, image.name, image.ttl, image.originalSenderId],
    ['bob-for-life', true, file.name, 60, 'carol'],
  );
  assert.deepEqual(
    party.of('may-receive').map(({ id }) => id),
    ['bob-for-life'],
  );
});

test('without an original sender, the sender is the peer', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  await party.untilSettled(1);
  const [image] = party.of('image');
  assert.deepEqual([image.isPinned, image.ttl, image.originalSenderId], [false, undefined, 'bob']);
});

test('an offer over the limit is not announced; one of exactly the limit is', async () => {
  const party = await connectRaw();
  party.peer.offer(file, 'big', { size: 15 * MiB + 1 });
  party.peer.offer(file, 'fits', { size: 15 * MiB });
  assert.deepEqual(
    party.offers().map(({ transferId }) => transferId),
    ['fits'],
  );
});

test('a meta over the limit ends its pull, and its bytes are dropped', async () => {
  const party = await connectRaw({ options: { maxFileSize: 20_000 } });
  party.session.pullFile('big');
  party.session.pullFile('fits');
  party.peer.meta(file, 'big', { size: 20_001 });
  party.peer.say(bytesOf(16 * KiB));
  party.peer.transfer(file, 'fits');
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['big', 'too-large'],
    ['fits', 'image'],
  ]);
  assert.equal(party.session.stats?.droppedBytes, 16 * KiB);
});

test('a meta that nobody asked for is blocked and its bytes dropped', async () => {
  const party = await connectRaw();
  party.peer.transfer(file, 'unasked');
  party.session.pullFile('asked');
  party.peer.transfer(file, 'asked');
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['asked', 'image']]);
  assert.deepEqual(party.reports(), ['unrequested-transfer']);
  assert.equal(party.session.stats?.droppedBytes, 20_000);
});

test('one pull lets in one file: the second meta for its id is blocked', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  party.peer.transfer(file, 'x');
  await party.untilSettled(1);
  assert.deepEqual([party.ends(), party.reports()], [[['x', 'image']], ['unrequested-transfer']]);
});

test('when the network refuses the peer, the pull ends and the bytes are dropped', async () => {
  let allowed = false;
  const party = await connectRaw({ on: { mayReceive: () => allowed } });
  party.session.pullFile('refused');
  party.peer.transfer(file, 'refused');
  allowed = true;
  party.session.pullFile('welcome');
  party.peer.transfer(file, 'welcome');
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['refused', 'refused'],
    ['welcome', 'image'],
  ]);
});

test('content with another hash is discarded and the pull ends', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  party.peer.say(bytesOf(20_000, 99));
  await party.untilSettled(1);
  assert.deepEqual([party.ends(), party.of('image')], [[['x', 'hash-mismatch']], []]);
  assert.equal(party.session.stats?.unverifiedFiles, 0);
});

test('a pull without an answer ends after 15 seconds, once', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.clock.advance(seconds(15) - 1);
  assert.equal(party.settled(), 0);
  party.clock.advance(1);
  assert.deepEqual(party.ends(), [['x', 'pull-timeout']]);
  party.clock.advance(seconds(120));
  party.session.close();
  assert.equal(party.settled(), 1);
});

test('a transfer without a byte ends after 30 seconds, counted from the last byte, once', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  for (const start of [0, 1000, 2000]) {
    party.clock.advance(seconds(29));
    party.peer.say(file.bytes.subarray(start, start + 1000));
  }
  party.clock.advance(seconds(30) - 1);
  assert.equal(party.settled(), 0);
  party.clock.advance(1);
  assert.deepEqual(party.ends(), [['x', 'stalled']]);
  party.session.close();
  assert.equal(party.settled(), 1);
});

test('late bytes of an ended transfer belong to nobody until the next meta', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  party.peer.say(file.bytes.subarray(0, 5000));
  party.clock.advance(seconds(30));
  party.session.pullFile('y');
  party.peer.say(file.bytes.subarray(5000));
  party.peer.transfer(makeFile(7000, { seed: 2 }), 'y');
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['x', 'stalled'],
    ['y', 'image'],
  ]);
  assert.equal(party.session.stats?.droppedBytes, 15_000);
});
