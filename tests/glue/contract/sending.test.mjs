// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { gatedBlob, hashOf, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';
import { transfersOf } from '../support/wire-log.mjs';

const files = [300_000, 1, 70_000].map((size, index) => makeFile(size, { seed: index + 1 }));
const pullRequest = (transferId) => ({ type: 'pull-request', transferId });
const untilSent = (party, count) =>
  party.log.untilAll(() => party.of('transferend').filter(({ event }) => event.direction === 'send').length >= count);

test('files go out one after the other, in the order of the pulls, not of the offers', async () => {
  const { a, b, link } = await connectPair();
  const ids = files.map((file) => /** @type {string} */ (a.session.sendImage(file.blob, file.hash)));
  for (const id of ids.toReversed()) b.session.pullFile(id);
  await b.untilSettled(3);
  assert.deepEqual(
    transfersOf(link.log.entries, 'a').map(({ transferId, bytes }) => [transferId, bytes]),
    [2, 1, 0].map((index) => [ids[index], files[index].bytes]),
  );
});

test('whatever is pulled, offered or said meanwhile, no other file begins inside one', async () => {
  const { a, b, link } = await connectPair({ link: { bytesPerTurn: 50_000 } });
  const offer = (file) => /** @type {string} */ (a.session.sendImage(file.blob, file.hash));
  const first = offer(files[0]);
  b.session.pullFile(first);
  await link.log.until(({ bytes }) => bytes !== undefined);
  b.session.pullFile(offer(files[1]));
  a.session.sendInventory([hashOf('x')]);
  b.session.sendPing();
  b.session.pullFile(offer(files[2]));
  await b.untilSettled(3);
  assert.deepEqual(
    transfersOf(link.log.entries, 'a').map(({ bytes }) => bytes.length),
    [300_000, 1, 70_000],
  );
});

test('only the queue starts a transfer: the next is not begun while the first waits for its bytes', async () => {
  const { session, peer, link, ...party } = await connectRaw();
  const slow = gatedBlob(files[0].blob);
  const ids = [slow.blob, files[1].blob].map((blob) => session.sendImage(blob, files[0].hash));
  for (const id of ids) peer.say(pullRequest(id));
  await files[1].blob.arrayBuffer();
  assert.deepEqual(peer.heard('meta'), []);
  slow.open();
  link.setAuto(true);
  await party.log.untilAll((entries) => entries.filter(({ kind }) => kind === 'transferend').length === 2);
  assert.deepEqual(
    peer.heard('meta').map(({ transferId }) => transferId),
    ids,
  );
});

test('sending stops at the high-water mark and waits for bufferedamountlow, without a timer to poll', async () => {
  const party = await connectRaw({
    options: { highWaterMark: 64 * KiB, lowWaterMark: 16 * KiB, maxMessageSize: 8 * KiB },
  });
  const { session, peer, link, clock } = party;
  peer.say(pullRequest(session.sendImage(files[0].blob, files[0].hash)));
  await link.log.until(({ bytes }) => bytes !== undefined);
  const sent = () => link.log.entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  // The window begins with half of that, and a channel that empties it at once has the whole.
  assert.equal(link.a.bufferedAmountLowThreshold, 8 * KiB);
  link.drain('a', link.a.bufferedAmount - 8 * KiB);
  assert.ok(link.a.bufferedAmount >= 64 * KiB && link.a.bufferedAmount < 72 * KiB, String(link.a.bufferedAmount));
  assert.equal(link.a.bufferedAmountLowThreshold, 16 * KiB);
  const before = sent();
  clock.advance(200);
  link.drain('a', link.a.bufferedAmount - 16 * KiB - 1);
  assert.equal(sent(), before, 'one byte above the mark nothing moves');
  link.drain('a', 1);
  assert.ok(sent() > before, 'at the mark it goes on');
  assert.ok(link.a.bufferedAmount >= 64 * KiB && link.a.bufferedAmount < 72 * KiB);
  link.setAuto(true);
  await untilSent(party, 1);
  assert.equal(sent(), 300_000);
});

for (const [what, end, code] of /** @type {[string, (link: any) => void, string][]} */ ([
  ['close', (link) => link.close(), 'closed'],
  ['error', (link) => link.fail(), 'channel-error'],
])) {
  test(`a wait for room ends on ${what} of the channel`, async () => {
    const party = await connectRaw();
    const big = makeFile(3 * MiB);
    const id = party.session.sendImage(big.blob, big.hash);
    party.peer.say(pullRequest(id));
    await party.link.log.until(({ bytes }) => bytes !== undefined);
    end(party.link);
    assert.deepEqual(
      party.of('transferend').map(({ event }) => [event.transferId, event.error.code]),
      [[id, code]],
    );
    assert.deepEqual([party.session.stats, party.clock.pendingTimers], [undefined, 0]);
  });
}

test('a channel that was full for other reasons is not overfilled', async () => {
  const party = await connectRaw();
  for (let sent = 0; sent < 15; sent++) party.link.a.send(new Uint8Array(256 * KiB));
  party.peer.say(pullRequest(party.session.sendImage(files[0].blob, files[0].hash)));
  await files[0].blob.arrayBuffer();
  assert.deepEqual(party.peer.heard('meta'), []);
  party.link.setAuto(true);
  await untilSent(party, 1);
  assert.equal(party.of('transferend')[0].event.outcome, 'complete');
});

for (const [option, limit, expected] of [
  [undefined, 256 * KiB, 256 * KiB],
  [undefined, 64 * KiB, 64 * KiB],
  [undefined, 1000, 1000],
  [undefined, Infinity, 256 * KiB],
  [10_001, 256 * KiB, 10_001],
  [MiB, 16 * KiB, 16 * KiB],
]) {
  test(`messages are ${expected} bytes at the most when the connection takes ${limit} and the option says ${option}`, async () => {
    const options = option === undefined ? {} : { maxMessageSize: option };
    const party = await connectRaw({ link: { sctpLimit: limit, drain: 'auto' }, options });
    const big = makeFile(4_000_000);
    party.peer.say(pullRequest(party.session.sendImage(big.blob, big.hash)));
    await untilSent(party, 1);
    const sizes = party.link.log.entries.flatMap(({ bytes }) => (bytes ? [bytes.length] : []));
    // Smaller ones go first where they may be as large, until the channel has shown how fast it is.
    assert.deepEqual([Math.max(...sizes), sizes.at(-2)], [expected, expected], String(new Set(sizes)));
    if (expected <= 16 * KiB) assert.deepEqual([...new Set(sizes.slice(0, -1))], [expected]);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      4_000_000,
    );
  });
}

test('a full channel that throws ends the session as failed, and settles everything', async () => {
  const party = await connectRaw();
  party.session.pullFile('waiting');
  party.link.a.sendFault = new DOMException('full', 'OperationError');
  const id = party.session.sendImage(files[0].blob, files[0].hash);
  assert.deepEqual(party.ends(), [['waiting', 'channel-error']]);
  assert.equal(id, undefined);
  assert.equal(party.of('close').length, 1);
});
