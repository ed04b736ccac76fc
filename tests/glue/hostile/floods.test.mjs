// @ts-check
// What one peer can make this side hold or do, however much it sends.
import assert from 'node:assert/strict';
import test from 'node:test';
import { blobFrom, hashOf, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';

const file = makeFile(2000);
const text = (message) => JSON.stringify(message);

/** Says the same many times, quicker than one by one. */
function flood(party, message, times) {
  const raw = typeof message === 'string' ? message : text(message);
  for (let count = 0; count < times; count++) party.peer.say(raw);
}

/** Whatever came before, an honest transfer still goes through. */
async function stillWorks(party) {
  const settled = party.settled();
  party.clock.advance(1000);
  party.session.pullFile('honest');
  party.peer.transfer(file, 'honest');
  await party.untilSettled(settled + 1);
  assert.deepEqual(party.ends().at(-1), ['honest', 'image']);
  assert.ok(!party.reports().includes('engine-failed'));
  party.session.close();
}

test('offers: a gallery of 131,072 at once is announced, a flood beyond it is not, and a second brings 500 more', async () => {
  const party = await connectRaw();
  const offer = { type: 'offer-file', transferId: 'x', name: 'n', size: 1, mime: '', hash: file.hash };
  flood(party, offer, 132_000);
  assert.equal(party.offers().length, 131_072);
  party.clock.advance(1000);
  flood(party, offer, 1000);
  assert.equal(party.offers().length, 131_572);
  assert.ok(party.of('error').length < 100, 'the reports are bounded too');
  await stillWorks(party);
});

for (const [what, message, kind, burst] of /** @type {[string, object, string, number][]} */ ([
  ['sync requests', { type: 'sync-request' }, 'event', 20],
  ['inventories', { type: 'inventory', hashes: [file.hash] }, 'event', 64],
])) {
  test(`${what}: ${burst} at once reach the callback, then one a second`, async () => {
    const party = await connectRaw();
    const before = party.of(kind).length;
    flood(party, message, 500);
    assert.equal(party.of(kind).length - before, burst);
    party.clock.advance(3000);
    flood(party, message, 500);
    assert.equal(party.of(kind).length - before, burst + 3);
    await stillWorks(party);
  });
}

test('requests for files: 20,000 at once reach the callback, then 500 a second', async () => {
  const party = await connectRaw();
  flood(party, { type: 'request-file', hash: file.hash }, 21_000);
  assert.equal(party.of('file-requested').length, 20_000);
  party.clock.advance(1000);
  flood(party, { type: 'request-file', hash: file.hash }, 1000);
  assert.equal(party.of('file-requested').length, 20_500);
  await stillWorks(party);
});

test('pings: 4,096 at once are answered, then 400 a second; each still counts as a sign of life', async () => {
  const party = await connectRaw();
  flood(party, { type: 'ping' }, 5000);
  assert.equal(party.peer.heard('pong').length, 4096);
  party.clock.advance(2000);
  party.session.lastSeen = 0;
  flood(party, { type: 'ping' }, 5000);
  assert.equal(party.peer.heard('pong').length, 4896);
  assert.ok(party.session.lastSeen > 0);
  await stillWorks(party);
});

test('pulls: a flood for unknown ids costs nothing but a count', async () => {
  const party = await connectRaw();
  flood(party, { type: 'pull-request', transferId: 'x' }, 20_000);
  assert.deepEqual([party.peer.heard(), party.reports()], [[], []]);
  assert.deepEqual([party.session.stats?.queuedUploads, party.session.stats?.ignoredMessages], [0, 20_000]);
  await stillWorks(party);
});

test('garbage: reports to the owner are bounded, and everything is counted', async () => {
  const party = await connectRaw();
  flood(party, 'garbage', 5000);
  assert.equal(party.reports().length, 50);
  assert.equal(party.session.stats?.ignoredMessages, 5000);
  await stillWorks(party);
});

test('empty binary messages without end bring nothing on: the transfer stalls in its time', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  const empty = new Uint8Array(0);
  for (let second = 0; second < 29; second++) {
    party.clock.advance(1000);
    for (let count = 0; count < 100; count++) party.peer.say(empty);
  }
  assert.equal(party.settled(), 0);
  party.clock.advance(1000);
  assert.deepEqual(party.ends(), [['x', 'stalled']]);
  await stillWorks(party);
});

test('one byte now and then keeps a transfer alive for an hour and no longer', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  const oneByte = new Uint8Array(1);
  for (let minutes = 0; minutes < 60 && party.settled() === 0; minutes += 0.25) {
    party.clock.advance(15_000);
    party.peer.say(oneByte);
  }
  assert.deepEqual(party.ends(), [['x', 'too-slow']]);
  await stillWorks(party);
});

test('a peer that never reads: text waits in a bounded outbox, then what is new is refused', async () => {
  const party = await connectRaw();
  const { session, link, peer, clock } = party;
  const name = 'n'.repeat(1000);
  const offer = () => session.sendImage(file.blob, file.hash, false, name);
  const offered = [];
  for (let id = offer(); id !== undefined; id = offer()) offered.push(id);
  const codes = party.of('transferend').map(({ event }) => event.error?.code);
  assert.deepEqual(codes, ['channel-full']);
  assert.ok(link.a.bufferedAmount > 7 * MiB && link.a.bufferedAmount <= 8 * MiB, String(link.a.bufferedAmount));
  const { outboxBytes } = /** @type {any} */ (session.stats);
  assert.ok(outboxBytes > 15 * MiB && outboxBytes <= 16 * MiB, String(outboxBytes));

  for (let count = 0; count < 1000; count++) session.sendPing();
  assert.ok(party.reports().includes('channel-full'), 'and the owner is told');
  session.pullFile('x');
  assert.deepEqual(party.ends(), [['x', 'channel-full']]);
  // What a peer takes no more of at once waits its turn, and is neither lost nor refused.
  session.requestSync();
  session.sendInventory([file.hash]);
  session.requestFile(file.hash);
  clock.advance(10_000);
  // Thousands of texts go out in turns of the event loop.
  for (let turn = 0; peer.heard('offer-file').length < offered.length || turn < 3; turn++) {
    assert.ok(turn < 1000, 'what was taken is said');
    link.drainAll();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(
    peer.heard('offer-file').map(({ transferId }) => transferId),
    offered,
    'what was taken is said, in order',
  );
  for (const type of ['sync-request', 'inventory', 'request-file']) assert.equal(peer.heard(type).length, 1, type);
  await stillWorks(party);
});

test('a peer that pulls and never reads: one window is sent, a bounded part is read ahead, the rest stays on disk', async () => {
  const party = await connectRaw();
  let held = 0;
  const big = (seed) => {
    const { blob } = makeFile(5 * MiB, { seed });
    return blobFrom(blob.size, (start, end) => {
      held += end - start;
      return blob.slice(start, end).arrayBuffer();
    });
  };
  for (let seed = 1; seed <= 6; seed++) {
    party.peer.say({ type: 'pull-request', transferId: party.session.sendImage(big(seed), hashOf('any')) });
  }
  await party.link.log.until(({ bytes }) => bytes !== undefined);
  assert.ok(party.link.a.bufferedAmount < MiB + 256 * KiB, String(party.link.a.bufferedAmount));
  assert.ok(held <= 8 * MiB + party.link.a.bufferedAmount, String(held));
  party.session.close();
});

test('own pulls are bounded too: one too many ends at once', async () => {
  const party = await connectRaw({ options: { maxPendingPulls: 3 } });
  for (const id of ['1', '2', '3', '4']) party.session.pullFile(id);
  assert.deepEqual(party.ends(), [['4', 'too-many-pulls']]);
  party.session.close();
});
