// @ts-check
// A hash is 64 hexadecimal digits, lower-case on the wire and towards the user. What is none is refused before a byte moves.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { hashOf, makeFile } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const file = makeFile(3000);
const upper = file.hash.toUpperCase();
const mixed = file.hash.replace(/[a-f]/, (digit) => digit.toUpperCase());
const pullsAll = { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) };
const noHashes = [
  'h',
  '',
  file.hash.slice(1),
  `${file.hash}0`,
  `${file.hash.slice(1)}g`,
  ` ${file.hash.slice(1)}`,
  'é'.repeat(64),
];

assert.notEqual(upper, file.hash);

for (const hash of [upper, mixed]) {
  test(`sendImage with ${hash.slice(0, 8)}…: the file arrives under its lower-case hash`, async () => {
    const { a, b, link } = await connectPair({ b: { on: pullsAll } });
    a.session.sendImage(file.blob, hash);
    await b.untilSettled(1);
    assert.deepEqual(
      b.of('image').map(({ blob }) => blob.fileHash),
      [file.hash],
    );
    assert.equal(b.offers()[0].hash, file.hash);
    for (const { message } of link.log.entries) if (message?.hash) assert.equal(message.hash, file.hash);
    for (const party of [a, b]) party.session.close();
  });
}

test('requestFile and sendInventory say hashes in lower case, each once', async () => {
  const { a, b } = await connectPair();
  a.session.requestFile(upper);
  a.session.sendInventory([upper, file.hash, mixed, hashOf('b')]);
  const { data } = await b.untilEvent('inventory');
  const { hash } = await b.log.until(({ kind }) => kind === 'file-requested');
  assert.deepEqual([hash, data], [file.hash, [file.hash, hashOf('b')]]);
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
  for (const party of [a, b]) party.session.close();
});

test('a peer that says upper-case hashes is heard in lower case: offer, request, inventory and file', async () => {
  const party = await connectRaw();
  const { session, peer } = party;
  peer.offer(file, 'x', { hash: upper });
  peer.say({ type: 'request-file', hash: upper }, { type: 'inventory', hashes: [upper] });
  assert.equal(party.offers()[0].hash, file.hash);
  assert.equal(party.of('file-requested')[0].hash, file.hash);
  assert.deepEqual(party.events('inventory')[0].data, [file.hash]);
  session.pullFile('x');
  peer.transfer(file, 'x', { hash: mixed });
  await party.untilSettled(1);
  assert.deepEqual([party.ends(), party.of('image')[0].blob.fileHash], [[['x', 'image']], file.hash]);
  assert.deepEqual(party.reports(), []);
  session.close();
});

for (const hash of noHashes) {
  test(`sendImage with ${JSON.stringify(hash.slice(0, 6))} of ${hash.length} characters is not offered, and says why`, async () => {
    const party = await connectRaw();
    let reads = 0;
    const counted = Object.defineProperty(new Blob(['x']), 'arrayBuffer', { value: async () => (reads += 1) });
    assert.equal(party.session.sendImage(counted, hash), undefined);
    const [{ event }] = party.of('transferend');
    assert.deepEqual([event.direction, event.outcome, event.error.code], ['send', 'failed', 'invalid-hash']);
    assert.match(event.error.message, /64 hexadecimal digits/);
    assert.deepEqual([party.peer.heard(), party.session.stats?.pendingOffers, reads], [[], 0, 0]);
    party.session.close();
  });
}

for (const hash of noHashes) {
  test(`a peer that says ${JSON.stringify(hash.slice(0, 6))} of ${hash.length} characters for a hash is told nothing and believed nothing`, async () => {
    const party = await connectRaw();
    const { session, peer } = party;
    session.pullFile('x');
    session.pullFile('y');
    peer.offer(file, 'x', { hash });
    peer.say({ type: 'request-file', hash });
    assert.deepEqual(party.reports(), ['malformed-message', 'malformed-message']);
    peer.say({ type: 'inventory', hashes: [hash] });
    assert.deepEqual([party.events('inventory')[0].data, party.reports().at(-1)], [[], 'invalid-hash']);
    peer.meta(file, 'x', { hash });
    assert.deepEqual([party.ends(), party.offers(), party.of('file-requested')], [[['x', 'invalid-metadata']], [], []]);
    peer.transfer(file, 'y');
    await party.untilSettled(2);
    assert.deepEqual(party.ends()[1], ['y', 'image']);
    session.close();
  });
}

test('bad hashes without end are reported at most as often as other faults, and good ones beside them are heard', async () => {
  const party = await connectRaw();
  for (let count = 0; count < 60; count++) party.peer.say({ type: 'inventory', hashes: ['x', hashOf(String(count))] });
  assert.equal(party.events('inventory').length, 60);
  assert.equal(party.reports().length, 50);
  party.session.close();
});

test('a classic peer that compares hashes letter by letter finds what it asked for', async () => {
  const party = await connectClassic();
  const { session, classic } = party;
  session.sendInventory([upper]);
  session.sendImage(file.blob, upper);
  const { message: inventory } = await classic.log.until(({ kind }) => kind === 'inventory');
  const { message: offer } = await classic.log.until(({ kind }) => kind === 'offer');
  assert.deepEqual([inventory.hashes, offer.hash], [[file.hash], file.hash]);
  classic.pull(offer.transferId);
  const { meta } = await classic.log.until(({ kind }) => kind === 'image');
  assert.equal(meta.hash, file.hash);
  session.close();
});
