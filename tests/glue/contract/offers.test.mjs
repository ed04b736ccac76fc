// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { gatedBlob, makeFile } from '../support/files.mjs';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

const file = makeFile(5000);
const minutes = (count) => count * 60_000;

test('sendImage hands the offer to the channel within the call, and reads nothing', async () => {
  const { session, peer } = await connectRaw();
  const { blob, counts } = gatedBlob(file.blob);
  const transferId = session.sendImage(blob, file.hash, true, 'cat.png', 60, 'carol');
  assert.deepEqual(peer.heard(), [
    {
      type: 'offer-file',
      transferId,
      name: 'cat.png',
      size: 5000,
      mime: 'image/png',
      hash: file.hash,
      isPinned: true,
      ttl: 60,
    },
  ]);
  assert.equal(counts.reads, 0);
});

test('an offer reaches the application with its own fields, in their order, and a ttl only if it has one', async () => {
  const party = await connectRaw();
  const { hash } = file;
  const fields = { transferId: 'x', name: 'n', size: 5000, mime: 'image/png', hash, isPinned: true };
  for (const extra of [{ ttl: 0.5 }, {}, { originalSenderId: 'carol', signature: 'c2ln', publicKeyBase64: 'a2V5' }]) {
    party.peer.say({ isPinned: true, ...extra, type: 'offer-file', ...fields, unknown: 1 });
  }
  assert.deepEqual(party.offers(), [
    { type: 'offer-file', ...fields, ttl: 0.5 },
    { type: 'offer-file', ...fields },
    { type: 'offer-file', ...fields },
  ]);
  const names = ['type', 'transferId', 'name', 'size', 'mime', 'hash', 'isPinned'];
  assert.deepEqual(party.offers().map(Object.keys), [[...names, 'ttl'], names, names]);
  party.session.close();
});

test('isPinned is a boolean always; ttl and the sender are there only when given', async () => {
  const { session, peer, link } = await connectRaw();
  const transferId = session.sendImage(file.blob, file.hash);
  peer.say({ type: 'pull-request', transferId });
  await link.log.until(({ bytes }) => bytes !== undefined);
  const [offer] = peer.heard('offer-file');
  const [meta] = peer.heard('meta');
  assert.deepEqual(Object.keys(offer), ['type', 'transferId', 'name', 'size', 'mime', 'hash', 'isPinned']);
  assert.deepEqual(Object.keys(meta), [...Object.keys(offer), 'identityCreatedAt']);
  assert.deepEqual([offer.isPinned, meta.isPinned], [false, false]);
});

test('meta says everything that was given, and when this identity was made', async () => {
  const { session, peer, link } = await connectRaw();
  const transferId = session.sendImage(file.blob, file.hash, true, 'cat.png', 60, 'carol');
  peer.say({ type: 'pull-request', transferId });
  await link.log.until(({ bytes }) => bytes !== undefined);
  assert.deepEqual(peer.heard('meta'), [
    {
      ...peer.heard('offer-file')[0],
      type: 'meta',
      originalSenderId: 'carol',
      identityCreatedAt: 1_700_000_000_000,
    },
  ]);
});

const named = (fields) => Object.assign(new Blob(['x']), fields);
for (const [what, blob, name, expected] of /** @type {const} */ ([
  ['the given name', named({ fileName: 'f.png', name: 'n.png' }), 'given.png', 'given.png'],
  ["else the blob's fileName", named({ fileName: 'f.png', name: 'n.png' }), undefined, 'f.png'],
  ['else its name', named({ name: 'n.png' }), undefined, 'n.png'],
  ["a File's own name", new File(['x'], 'file.png'), undefined, 'file.png'],
  ['an empty name being none', named({ fileName: '', name: 'n.png' }), '', 'n.png'],
  ['else image.png', named({}), undefined, 'image.png'],
])) {
  test(`the name of an offer: ${what}`, async () => {
    const { session, peer } = await connectRaw();
    session.sendImage(blob, file.hash, false, name);
    assert.equal(peer.heard('offer-file')[0].name, expected);
  });
}

test('ids are new for each offer, at least 16 characters, and not from Math.random', async (t) => {
  t.mock.method(Math, 'random', () => 0.5);
  const { session } = await connectRaw();
  const ids = Array.from({ length: 500 }, () => session.sendImage(file.blob, file.hash));
  assert.equal(new Set(ids).size, 500);
  for (const id of ids) assert.ok(id !== undefined && id.length >= 16, id);
});

test('while the channel is not open an offer does nothing', async () => {
  const early = makeSession();
  assert.equal(early.session.sendImage(file.blob, file.hash), undefined);
  assert.equal(early.session.stats?.pendingOffers, 0);
  const party = await connectRaw();
  party.link.a.close();
  assert.equal(party.session.sendImage(file.blob, file.hash), undefined);
  assert.deepEqual([party.peer.heard(), party.of('transferend')], [[], []]);
});

test('a pull consumes the offer: asking again brings nothing', async () => {
  const { session, peer, link, ...party } = await connectRaw();
  const transferId = session.sendImage(file.blob, file.hash);
  assert.equal(session.stats?.pendingOffers, 1);
  peer.say({ type: 'pull-request', transferId }, { type: 'pull-request', transferId });
  assert.deepEqual([session.stats?.pendingOffers, session.stats?.queuedUploads], [0, 1]);
  link.setAuto(true);
  await party.log.until(({ kind }) => kind === 'transferend');
  peer.say({ type: 'pull-request', transferId }, { type: 'ping' });
  assert.deepEqual(
    peer.heard().map(({ type }) => type),
    ['offer-file', 'meta', 'pong'],
  );
  assert.equal(session.stats?.ignoredMessages, 2);
});

test('a pull of an unknown id is ignored', async () => {
  const { session, peer } = await connectRaw();
  peer.say({ type: 'pull-request', transferId: 'nobody offered this' }, { type: 'ping' });
  assert.deepEqual(peer.heard(), [{ type: 'pong' }]);
  assert.equal(session.stats?.queuedUploads, 0);
});

test('an offer can be pulled for five minutes, and is dropped by the deadline, with no call to wait for', async () => {
  const party = await connectRaw();
  const { session, clock, peer } = party;
  const transferId = session.sendImage(file.blob, file.hash);
  clock.advance(minutes(5) - 1);
  assert.equal(session.stats?.pendingOffers, 1);
  clock.advance(2);
  assert.equal(session.stats?.pendingOffers, 0);
  const [{ event }] = party.of('transferend');
  assert.deepEqual([event.direction, event.transferId, event.error.code], ['send', transferId, 'offer-expired']);
  peer.say({ type: 'pull-request', transferId });
  assert.equal(session.stats?.queuedUploads, 0);
  assert.equal(clock.pendingTimers, 0);
});

test('a late timer changes nothing: what is too old is not sent, and the next offer drops it', async () => {
  const { session, clock, peer } = await connectRaw();
  const transferId = session.sendImage(file.blob, file.hash);
  clock.jump(minutes(5) + 1);
  peer.say({ type: 'pull-request', transferId });
  assert.equal(session.stats?.queuedUploads, 0);
  session.sendImage(file.blob, file.hash);
  assert.equal(session.stats?.pendingOffers, 1);
});

test('close drops every offer, queued and running uploads included', async () => {
  const party = await connectRaw();
  const { session, peer, clock } = party;
  const gated = gatedBlob(file.blob);
  const ids = [gated.blob, file.blob, file.blob].map((blob) => session.sendImage(blob, file.hash));
  peer.say({ type: 'pull-request', transferId: ids[0] }, { type: 'pull-request', transferId: ids[1] });
  session.close();
  assert.deepEqual(
    party.of('transferend').map(({ event }) => [event.direction, event.error.code]),
    Array(3).fill(['send', 'closed']),
  );
  assert.deepEqual([session.stats, clock.pendingTimers], [undefined, 0]);
  gated.open();
  await gated.blob.slice(0, 1).arrayBuffer();
  assert.deepEqual(peer.heard('meta'), [], 'a read that ends afterwards sends nothing');
});

test('the oldest offer makes room when there are too many', async () => {
  const party = await connectRaw({ options: { maxPendingOffers: 3 } });
  const ids = Array.from({ length: 5 }, () => party.session.sendImage(file.blob, file.hash));
  assert.deepEqual(
    party.of('transferend').map(({ event }) => [event.transferId, event.error.code]),
    [
      [ids[0], 'offer-evicted'],
      [ids[1], 'offer-evicted'],
    ],
  );
  assert.equal(party.session.stats?.pendingOffers, 3);
});

test('an offer reaches onSessionEvent as the message it is', async () => {
  const { a, b } = await connectPair();
  const transferId = a.session.sendImage(file.blob, file.hash, true, 'cat.png', 60);
  const { data, session } = await b.untilEvent('offer-file');
  assert.equal(session, b.session);
  assert.deepEqual(data, {
    type: 'offer-file',
    transferId,
    name: 'cat.png',
    size: 5000,
    mime: 'image/png',
    hash: file.hash,
    isPinned: true,
    ttl: 60,
  });
});
