// @ts-check
// A pull is for the file that was announced: a `meta` that says another size or content ends it, before a byte is kept.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { bytesOf, hashOf, KiB, makeFile, MiB, sha256 } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const small = makeFile(1000);
const other = makeFile(1000, { seed: 2 });
const big = makeFile(2 * MiB, { seed: 3 });
const next = makeFile(500, { seed: 4 });
const pullsAll = { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) };

for (const [what, served, more] of /** @type {[string, any, object][]} */ ([
  ['another file of the same size', other, {}],
  ['a larger file, with its own right hash', big, {}],
  ['another size under the hash that was offered', big, { hash: small.hash }],
  ['the size that was offered under another hash', small, { hash: hashOf('another') }],
  ['nothing', makeFile(0), {}],
])) {
  test(`a peer that serves ${what} gets the pull ended, and what is behind it arrives`, async () => {
    const party = await connectRaw();
    const { session, peer } = party;
    peer.offer(small, 'x');
    session.pullFile('x');
    session.pullFile('y');
    peer.transfer(served, 'x', more);
    assert.deepEqual(party.ends(), [['x', 'offer-mismatch']]);
    assert.equal(party.of('may-receive').length, 0, 'its owner is not even asked');
    assert.equal(session.stats?.droppedBytes, served.bytes.length, 'nothing of it is kept');
    peer.transfer(next, 'y');
    await party.untilSettled(2);
    assert.deepEqual(party.ends()[1], ['y', 'image']);
    session.close();
  });
}

test('a meta that says the same arrives, whatever else it says: name, type, pin and ttl may change', async () => {
  const party = await connectRaw();
  party.peer.offer(small, 'x');
  party.session.pullFile('x');
  party.peer.transfer(small, 'x', {
    name: 'renamed.gif',
    mime: 'image/gif',
    isPinned: true,
    ttl: 5,
    hash: small.hash.toUpperCase(),
  });
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'image']]);
  assert.equal(party.of('image')[0].name, 'renamed.gif');
  party.session.close();
});

test('the offer that counts is the last one before the pull', async () => {
  const party = await connectRaw();
  const { session, peer } = party;
  peer.offer(other, 'x');
  peer.offer(small, 'x');
  session.pullFile('x');
  // A peer that is asked already cannot change its mind, nor be said to have.
  peer.offer(big, 'x');
  peer.transfer(small, 'x');
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'image']]);
  session.pullFile('x');
  peer.transfer(small, 'x');
  await party.untilSettled(2);
  assert.deepEqual(party.ends()[1], ['x', 'offer-mismatch']);
  session.close();
});

test('an offer over the limit was not announced, and binds nobody', async () => {
  const party = await connectRaw({ options: { maxFileSize: 10 * KiB } });
  party.peer.offer(big, 'x');
  assert.deepEqual(party.offers(), []);
  party.session.pullFile('x');
  party.peer.transfer(small, 'x');
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['x', 'image']]);
  party.session.close();
});

test('an id that was never offered is taken at its word, and its content is checked all the same', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.session.pullFile('y');
  party.peer.transfer(small, 'x');
  party.peer.transfer(small, 'y', { hash: other.hash });
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    ['x', 'image'],
    ['y', 'hash-mismatch'],
  ]);
  party.session.close();
});

test('an offer is remembered for ten minutes, twice as long as it can be pulled', async () => {
  const party = await connectRaw();
  const { session, peer, clock } = party;
  peer.offer(small, 'x');
  clock.advance(599_000);
  peer.offer(next, 'makes the old ones go');
  session.pullFile('x');
  peer.meta(other, 'x');
  assert.deepEqual(party.ends(), [['x', 'offer-mismatch']]);
  clock.advance(2_000);
  peer.offer(next, 'makes the old ones go, too');
  session.pullFile('x');
  peer.transfer(other, 'x');
  await party.untilSettled(2);
  assert.deepEqual(party.ends()[1], ['x', 'image']);
  session.close();
});

test('a package peer whose file changed under its offer does not pass for another: it fails as unreadable or by its hash', async () => {
  const { a, b } = await connectPair({ b: { on: pullsAll } });
  const swapped = Object.defineProperty(new Blob([/** @type {any} */ (bytesOf(1000, 9))]), 'size', { value: 1000 });
  a.session.sendImage(swapped, small.hash);
  await b.untilSettled(1);
  assert.equal(b.ends()[0][1], 'hash-mismatch');
  for (const party of [a, b]) party.session.close();
});

// --- Asking for a file by its hash, as classic clients do -----------------------------------------------------------

test('request-file to a classic peer: it offers anew, and the file arrives', async () => {
  const party = await connectClassic({ on: pullsAll });
  const { session, classic } = party;
  session.requestFile(small.hash);
  const { message } = await classic.log.until(({ kind }) => kind === 'request-file');
  assert.equal(message.hash, small.hash);
  classic.offer(small);
  await party.untilSettled(1);
  // The same content again, under another id, as each request brings another offer.
  session.requestFile(small.hash);
  await classic.log.untilAll(() => classic.of('request-file').length === 2);
  classic.offer(small);
  await party.untilSettled(2);
  assert.deepEqual(
    party.of('image').map(({ blob }) => blob.fileHash),
    [small.hash, small.hash],
  );
  assert.deepEqual(
    party.ends().map(([, end]) => end),
    ['image', 'image'],
  );
  session.close();
});

test('request-file of a classic peer: what is offered in answer arrives there', async () => {
  const party = await connectClassic({
    on: { fileRequested: (hash) => void party.session.sendImage(small.blob, hash, false, small.name) },
  });
  const { session, classic } = party;
  classic.requestFile(small.hash);
  const { message } = await classic.log.until(({ kind }) => kind === 'offer');
  classic.pull(message.transferId);
  const { bytes } = await classic.log.until(({ kind }) => kind === 'image');
  assert.equal(sha256(bytes), small.hash);
  session.close();
});

test('a classic peer that serves what it did not offer is found out, too', async () => {
  const party = await connectClassic({ on: pullsAll });
  const { session, classic } = party;
  const changing = { ...small, blob: small.blob };
  classic.offer(changing);
  changing.blob = big.blob;
  changing.hash = big.hash;
  await party.untilSettled(1);
  assert.deepEqual(
    party.ends().map(([, end]) => end),
    ['offer-mismatch'],
  );
  session.close();
});
