// @ts-check
// Inventories and requests of any number: a peer of our kind hears all of them, or this side is told.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { hashOf, KiB, makeFile } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';
import { connectSlowPair, flow, megabits, offer, pause, readAtOnce, seconds } from '../support/slow-path.mjs';

/** Not of anything: there are many of them, and a hash takes its time. */
const hashes = (count, from = 0) =>
  Array.from({ length: count }, (_, index) => `abcdef${String(from + index).padStart(58, '0')}`);
const heardBy = (party) => party.events('inventory').flatMap(({ data }) => data);
const requestedOf = (party) => party.of('file-requested').map(({ hash }) => hash);
const silent = (...parties) =>
  assert.deepEqual(
    parties.map((party) => party.reports()),
    parties.map(() => []),
  );
const close = (...parties) => parties.forEach(({ session }) => session.close());

// --- Inventories ----------------------------------------------------------------------------------------------------

for (const [what, maxMessageSize] of /** @type {[string, number][]} */ ([
  ['Chromium takes', 256 * KiB],
  ['are anything', 2 ** 30],
  ['have room for 14 hashes', 1000],
])) {
  test(`an inventory of 40,000 hashes is heard whole and in order, where messages that ${what}`, async () => {
    const path = await connectSlowPair({ link: { maxMessageSize } });
    const { a, b } = path;
    const all = hashes(maxMessageSize === 1000 ? 2000 : 40_000);
    a.session.sendInventory(all);
    await flow(path, () => heardBy(b).length === all.length, { within: seconds(200) });
    assert.deepEqual(heardBy(b), all);
    silent(a, b);
    close(a, b);
  });
}

test('an inventory of good and bad hashes says the good ones, and this side is told', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  const [good, better] = hashes(2);
  a.session.sendInventory([good, 'no hash', `${good}0`, better, 'g'.repeat(64)]);
  await flow(path, () => heardBy(b).length > 0);
  assert.deepEqual(heardBy(b), [good, better]);
  assert.deepEqual([a.reports(), b.reports()], [['invalid-hash'], []]);
  close(a, b);
});

test('an inventory of nothing but mistakes is not said: it would say that nothing is here', async () => {
  const party = await connectRaw();
  party.session.sendInventory(['x', 'y']);
  assert.deepEqual([party.peer.heard(), party.reports()], [[], ['invalid-hash']]);
  close(party);
});

test('of the good and bad hashes of a peer the good ones are told, and the rest is reported', async () => {
  const party = await connectRaw();
  const [good, better] = hashes(2);
  party.peer.say({ type: 'inventory', hashes: [good, 'no hash', 5, null, better.toUpperCase()] });
  assert.deepEqual([heardBy(party), party.reports()], [[good, better], ['invalid-hash']]);
  close(party);
});

test('500 inventories in a row, each with one more, are all heard: those that wait are told together', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  const all = hashes(500);
  for (let count = 1; count <= all.length; count++) a.session.sendInventory(all.slice(0, count));
  await flow(path, () => new Set(heardBy(b)).size === 500, { within: seconds(10) });
  assert.ok(b.events('inventory').length <= 64);
  silent(a, b);
  close(a, b);
});

test('an empty inventory behind others that wait takes nothing from them', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  for (let count = 0; count < 60; count++) a.session.sendInventory(hashes(1, count));
  a.session.sendInventory([]);
  await flow(path, () => heardBy(b).length === 60, { within: seconds(10) });
  assert.deepEqual(heardBy(b), hashes(60));
  silent(a, b);
  close(a, b);
});

test('more hashes than may wait are told to this side, and all that were taken are heard', async () => {
  let heard = 0;
  const path = await connectSlowPair({
    link: { maxMessageSize: 64 * KiB },
    b: { on: { event: (type, _, data) => void (type === 'inventory' && (heard += data.length)) } },
  });
  const { a, b } = path;
  a.session.sendInventory(hashes(140_000));
  assert.deepEqual(a.reports(), ['channel-full']);
  await flow(path, () => heard === 131_072, { step: 1000, within: seconds(200) });
  assert.deepEqual(heardBy(b), hashes(131_072));
  silent(b);
  close(a, b);
});

test('a classic peer hears 40,000 hashes too', async () => {
  const party = await connectClassic({ link: { drain: 'manual' } });
  party.session.sendInventory(hashes(40_000));
  await flow(party, () => !party.link.a.hasQueued);
  assert.deepEqual(
    party.classic.of('inventory').flatMap(({ message }) => message.hashes),
    hashes(40_000),
  );
  close(party);
});

// --- Requests -------------------------------------------------------------------------------------------------------

test('25,000 files asked for at once are all asked for, each once', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  const all = hashes(25_000);
  for (const hash of all) a.session.requestFile(hash);
  const took = await flow(path, () => b.of('file-requested').length === all.length, { within: seconds(60) });
  assert.deepEqual(requestedOf(b), all);
  assert.ok(took > seconds(20), 'what a peer takes at once is fewer');
  silent(a, b);
  close(a, b);
});

for (const [what, hold] of /** @type {[string, (path: any) => Promise<any>][]} */ ([
  ['pauses for a minute', (path) => pause(path, seconds(60))],
  [
    'is slow for a minute',
    (path) => {
      const end = path.clock.now() + seconds(60);
      return flow(path, () => path.clock.now() >= end, { bytesPerSecond: megabits(0.1) });
    },
  ],
])) {
  test(`40,000 files asked for on a path that ${what} and then is fast are all asked for`, async () => {
    const path = await connectSlowPair();
    const { a, b } = path;
    const all = hashes(40_000);
    for (const hash of all) a.session.requestFile(hash);
    await hold(path);
    await flow(path, () => b.of('file-requested').length === all.length, { within: seconds(120) });
    assert.deepEqual(requestedOf(b), all);
    silent(a, b);
    close(a, b);
  });
}

test('a file asked for again while it waits is asked for once', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  for (const hash of hashes(15_000)) a.session.requestFile(hash);
  const late = hashOf('late');
  for (let count = 0; count < 5; count++) a.session.requestFile(late);
  await flow(path, () => requestedOf(b).includes(late));
  await pause(path, seconds(5));
  await flow(path, () => !path.link.a.hasQueued);
  assert.equal(requestedOf(b).filter((hash) => hash === late).length, 1);
  a.session.requestFile(late);
  await flow(path, () => requestedOf(b).filter((hash) => hash === late).length === 2);
  close(a, b);
});

test('more requests than may wait are told to this side, one by one', async () => {
  const party = await connectRaw();
  for (const hash of hashes(15_000 + 131_072)) party.session.requestFile(hash);
  assert.deepEqual(party.reports(), []);
  for (const hash of hashes(3, 200_000)) party.session.requestFile(hash);
  assert.deepEqual(party.reports(), Array(3).fill('channel-full'));
  close(party);
});

test('a request without a hash is not said, and this side is told', async () => {
  const party = await connectRaw();
  for (const hash of ['x', '../../etc/passwd', `${hashOf('a')}0`]) party.session.requestFile(hash);
  assert.deepEqual([party.peer.heard(), party.reports()], [[], Array(3).fill('invalid-hash')]);
  close(party);
});

test('100 requests for a sync are at most 20 for the peer, and the last of them is heard', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  for (let count = 0; count < 100; count++) a.session.requestSync();
  await flow(path, () => !path.link.a.hasQueued);
  const before = b.events('sync-request').length;
  assert.ok(before > 0 && before <= 20, String(before));
  await flow(path, () => b.events('sync-request').length === before + 1, { within: seconds(10) });
  silent(a, b);
  close(a, b);
});

test('what waits for its turn goes with the session: no timer and no message is left', async () => {
  const party = await connectRaw();
  for (const hash of hashes(16_000)) party.session.requestFile(hash);
  for (let count = 0; count < 100; count++) party.session.sendInventory(hashes(1, count));
  party.session.close();
  const said = party.peer.heard().length;
  assert.equal(party.clock.pendingTimers, 0);
  party.clock.advance(seconds(600));
  assert.equal(party.peer.heard().length, said);
});

// --- Offers ---------------------------------------------------------------------------------------------------------

test('20,100 offers at once are all announced', async () => {
  const path = await connectSlowPair();
  const { a, b } = path;
  const file = readAtOnce(makeFile(10));
  const ids = Array.from({ length: 20_100 }, () => offer(a, file));
  await flow(path, () => b.offers().length === ids.length, { within: seconds(10) });
  assert.deepEqual(
    b.offers().map(({ transferId }) => transferId),
    ids,
  );
  silent(a, b);
  close(a, b);
});

test('offers faster than a peer takes them end with a code: none of them is lost on the way', async () => {
  const party = await connectRaw();
  const { session, link, peer } = party;
  const file = readAtOnce(makeFile(10));
  const ids = [];
  for (let count = 0; count < 100; count++) {
    for (let index = 0; index < 1000; index++) ids.push(offer(party, file));
    link.drainAll();
  }
  const offered = ids.filter((id) => id !== undefined);
  assert.deepEqual(
    peer.heard('offer-file').map(({ transferId }) => transferId),
    offered,
  );
  assert.ok(offered.length >= 20_100 && offered.length < 131_072, String(offered.length));
  const refused = ids.length - offered.length;
  await party.log.untilAll(() => party.of('transferend').length === refused);
  assert.ok(refused > 0);
  for (const { event } of party.of('transferend')) {
    assert.deepEqual([event.outcome, event.error?.code], ['failed', 'channel-full']);
  }
  session.close();
});
