// @ts-check
// A file goes on at the byte it had, whoever sent what came before; what is in the page already costs no byte.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MemoryPartialStore } from 'peer-session';
import { connectClassic } from '../support/classic-peer.mjs';
import { bytesOf, hashOf, KiB, makeFile } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';
import { VirtualClock } from 'peer-session/testing';

const file = makeFile(100 * KiB);
const half = 50 * KiB;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const minutes = (count) => count * 60_000;
const pullsAll = { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) };

const bytesOnWire = ({ entries }, from) =>
  entries.reduce((sum, entry) => sum + (entry.from === from ? (entry.bytes?.length ?? 0) : 0), 0);

/** The first half of the file has come, and then its session is over. */
async function haveHalf(given = {}) {
  const party = await connectRaw({ options: { recoveryTimeout: 0 }, ...given });
  const { session, peer, link } = party;
  peer.greet();
  peer.offer(file, 'first');
  session.pullFile('first');
  peer.meta(file, 'first');
  peer.say(file.bytes.subarray(0, half));
  link.fail();
  assert.deepEqual(party.ends(), [['first', 'channel-error']]);
  return party;
}

/** Pulls it once more, from a peer of this kind; answers the request as such a one does. */
async function pullAgain(given, { content = file.bytes } = {}) {
  const party = await connectRaw(given);
  const { session, peer } = party;
  peer.greet();
  peer.offer(file, 'second');
  session.pullFile('second');
  await party.link.log.until(({ message }) => message?.type === 'pull-request');
  const [{ offset = 0 }] = peer.heard('pull-request');
  peer.meta(file, 'second', { offset });
  peer.say(content.subarray(offset));
  return { ...party, party, offset };
}

async function assertArrived(party) {
  await party.untilSettled(1);
  const [image] = party.of('image');
  assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), file.bytes);
  assert.equal(image.blob.fileHash, file.hash);
}

// --- The next session -----------------------------------------------------------------------------------------------

for (const [what, given] of /** @type {[string, any][]} */ ([
  ['the same peer', {}],
  ['another peer', { peerId: 'carol' }],
])) {
  test(`a new session with ${what} asks for what is missing, and puts it together`, async () => {
    const owner = {};
    const clock = new VirtualClock();
    await haveHalf({ owner, clock });
    const { party, offset } = await pullAgain({ owner, clock, ...given });
    assert.equal(offset, half);
    await assertArrived(party);
    assert.deepEqual(
      party.of('progress').map(({ event }) => event.bytes),
      [...new Set(party.of('progress').map(({ event }) => event.bytes))].sort((a, b) => a - b),
      'progress counts what was here',
    );
    party.session.close();
    assert.equal(clock.pendingTimers, 0, 'nothing is kept of what is whole');
  });
}

for (const [how, end, kept] of /** @type {[string, (party: any) => void, number | undefined][]} */ ([
  ['stalls', ({ clock }) => clock.advance(30_000), half],
  [
    'is aborted by its sender',
    ({ peer }) => peer.say({ type: 'transfer-abort', transferId: 'x', reason: 'withdrawn' }),
    half,
  ],
  ['is followed by another', ({ peer }) => peer.meta(makeFile(10), 'y'), half],
  ['ends with a bye', ({ peer }) => peer.say({ type: 'bye' }), half],
  ['ends with close()', ({ session }) => session.close(), half],
  ['is cancelled', ({ session }) => session.cancelPull('x'), undefined],
  ['is too long', ({ peer }) => peer.say(new Uint8Array(half + 1)), undefined],
])) {
  test(`of a file that ${how} ${kept ? 'its half is kept' : 'nothing is kept'}`, async () => {
    const store = new Map();
    const keep = (hash, size, bytes) => store.set(`${hash} ${size}`, bytes.slice());
    const party = await connectRaw({ options: { partialStore: { take: () => undefined, keep } } });
    const { session, peer } = party;
    peer.greet();
    peer.offer(file, 'x');
    session.pullFile('x');
    session.pullFile('y');
    peer.meta(file, 'x');
    peer.say(file.bytes.subarray(0, half));
    end(party);
    assert.deepEqual(
      [...store].map(([key, bytes]) => [key, bytes.length]),
      kept ? [[`${file.hash} ${file.bytes.length}`, kept]] : [],
    );
    if (kept) assert.deepEqual([...store.values()][0], file.bytes.subarray(0, half));
    session.close();
  });
}

test('two sessions of this kind: not a byte goes twice', async () => {
  const owner = {};
  const clock = new VirtualClock();
  await haveHalf({ owner, clock });
  const { a, b, link } = await connectPair({ b: { owner, clock, on: pullsAll } });
  while (link.a.hasQueued || link.b.hasQueued) await turn();
  const id = /** @type {string} */ (a.session.sendImage(file.blob, file.hash, false, file.name));
  await assertArrived(b);
  assert.equal((await a.untilEnd(id, 'send')).receipt, 'delivered');
  assert.equal(bytesOnWire(link.log, 'a'), half);
  for (const { session } of [a, b]) session.close();
});

test('a classic peer is asked for all of it, as ever, and nothing is lost by that', async () => {
  const owner = {};
  const clock = new VirtualClock();
  await haveHalf({ owner, clock });
  const party = await connectClassic({ owner, clock, on: pullsAll });
  party.classic.offer(file);
  await assertArrived(party);
  const { entries } = party.link.log;
  const [request] = entries.filter(({ message }) => message?.type === 'pull-request');
  assert.deepEqual(Object.keys(request?.message), ['type', 'transferId']);
  assert.equal(bytesOnWire(party.link.log, 'b'), file.bytes.length);
  party.session.close();
});

test('a peer of this kind that sends all of it all the same is taken at its word', async () => {
  const owner = {};
  const clock = new VirtualClock();
  await haveHalf({ owner, clock });
  const party = await connectRaw({ owner, clock });
  party.peer.greet();
  party.peer.offer(file, 'x');
  party.session.pullFile('x');
  assert.equal(party.peer.heard('pull-request')[0].offset, half);
  party.peer.transfer(file, 'x');
  await assertArrived(party);
  party.session.close();
});

// --- What cannot be right -------------------------------------------------------------------------------------------

test('a prefix that is another one: the file is fetched once more from its beginning, and arrives', async () => {
  const taken = [];
  const partialStore = {
    take: (...asked) => {
      taken.push(asked);
      return bytesOf(half, 99);
    },
    keep: () => assert.fail('nothing of it is worth keeping'),
  };
  const { a, b, link } = await connectPair({ b: { options: { partialStore }, on: pullsAll } });
  while (link.a.hasQueued || link.b.hasQueued) await turn();
  const id = /** @type {string} */ (a.session.sendImage(file.blob, file.hash));
  await assertArrived(b);
  assert.equal((await a.untilEnd(id, 'send')).receipt, 'delivered');
  assert.deepEqual(b.ends(), [[id, 'image']]);
  assert.equal(bytesOnWire(link.log, 'a'), half + file.bytes.length);
  assert.deepEqual(taken, [[file.hash, file.bytes.length]], 'the store is asked once');
  assert.deepEqual([a.reports(), b.reports(), a.of('transferend').length], [[], [], 1]);
  for (const { session } of [a, b]) session.close();
});

test('content that is wrong twice fails, once, and is not kept', async () => {
  const kept = [];
  const partialStore = { take: () => bytesOf(half, 99), keep: (...given) => kept.push(given) };
  const { a, b } = await connectPair({ b: { options: { partialStore }, on: pullsAll } });
  await turn();
  await turn();
  const id = a.session.sendImage(file.blob, hashOf('another'));
  await b.untilSettled(1);
  const { error } = await a.untilEnd(id, 'send');
  assert.deepEqual(
    [b.ends(), error.code, error.peerReason],
    [[[id, 'hash-mismatch']], 'aborted-by-peer', 'hash-mismatch'],
  );
  assert.deepEqual(kept, []);
  for (const { session } of [a, b]) session.close();
});

// --- Stores that are broken -----------------------------------------------------------------------------------------

const boom = () => {
  throw new Error('the store is broken');
};

for (const [what, take, isReported] of /** @type {[string, () => any, boolean][]} */ ([
  ['throws', boom, true],
  ['rejects', async () => boom(), true],
  ['gives more than there can be', () => bytesOf(file.bytes.length + 1), false],
  ['gives nothing', () => new Uint8Array(0), false],
  ['gives null', () => null, false],
  ['gives something else', () => ({ length: 'many' }), false],
  ['gives a number', () => 5, false],
])) {
  test(`where the store ${what}, the file is fetched whole`, async () => {
    const { party, offset, peer } = await pullAgain({ options: { partialStore: { take, keep: () => {} } } });
    assert.deepEqual([offset, peer.heard('pull-request').length], [0, 1]);
    await assertArrived(party);
    assert.deepEqual(party.reports(), isReported ? ['callback-failed'] : []);
    if (isReported) assert.equal(party.of('error')[0].event.error.cause.message, 'the store is broken');
    party.session.close();
  });
}

test('a store that answers later is waited for', async () => {
  /** @type {(bytes?: Uint8Array) => void} */
  let answer = () => {};
  const take = () => new Promise((resolve) => (answer = resolve));
  const party = await connectRaw({ options: { partialStore: { take, keep: () => {} } } });
  party.peer.greet();
  party.peer.offer(file, 'x');
  party.session.pullFile('x');
  await turn();
  assert.deepEqual(party.peer.heard('pull-request'), []);
  answer(file.bytes.slice(0, half));
  await turn();
  assert.deepEqual(party.peer.heard('pull-request'), [{ type: 'pull-request', transferId: 'x', offset: half }]);
  party.session.close();
});

test('a store that never answers delays a file by ten seconds, and what it says after that is put back', async () => {
  /** @type {(bytes?: Uint8Array) => void} */
  let answer = () => {};
  const kept = [];
  const partialStore = {
    take: () => new Promise((resolve) => (answer = resolve)),
    keep: (hash, size, bytes) => kept.push([hash, size, bytes.length]),
  };
  const party = await connectRaw({ options: { partialStore } });
  const { session, peer, clock } = party;
  peer.greet();
  peer.offer(file, 'x');
  session.pullFile('x');
  clock.advance(9_999);
  assert.deepEqual(peer.heard('pull-request'), []);
  clock.advance(1);
  assert.deepEqual(peer.heard('pull-request'), [{ type: 'pull-request', transferId: 'x' }]);
  peer.transfer(file, 'x');
  await assertArrived(party);
  answer(file.bytes.slice(0, half));
  await turn();
  assert.deepEqual(kept, [[file.hash, file.bytes.length, half]]);
  session.close();
});

test('a session that closes while a store is asked ends the pull, and what the store gave is put back', async () => {
  /** @type {(bytes?: Uint8Array) => void} */
  let answer = () => {};
  const kept = [];
  const partialStore = {
    take: () => new Promise((resolve) => (answer = resolve)),
    keep: (hash, size, bytes) => kept.push([hash, size, bytes.length]),
  };
  const party = await connectRaw({ options: { partialStore } });
  party.peer.greet();
  party.peer.offer(file, 'x');
  party.session.pullFile('x');
  party.session.close();
  assert.deepEqual([party.ends(), kept], [[['x', 'closed']], []]);
  answer(file.bytes.slice(0, half));
  await turn();
  assert.deepEqual(kept, [[file.hash, file.bytes.length, half]]);
});

for (const [how, keep] of /** @type {[string, () => any][]} */ ([
  ['throws', boom],
  ['rejects', async () => boom()],
])) {
  test(`a store that ${how} when something is kept is reported, and disturbs nothing`, async () => {
    const party = await haveHalf({ options: { recoveryTimeout: 0, partialStore: { take: () => undefined, keep } } });
    await turn();
    assert.deepEqual([party.reports(), party.of('close').length], [['callback-failed'], 1]);
  });
}

for (const partialStore of [false, null]) {
  test(`with the option partialStore: ${partialStore}, nothing is kept and no timer left`, async () => {
    const owner = {};
    const clock = new VirtualClock();
    const options = { partialStore, recoveryTimeout: 0 };
    await haveHalf({ owner, clock, options });
    assert.equal(clock.pendingTimers, 0);
    const { party, offset } = await pullAgain({ owner, clock, options });
    assert.equal(offset, 0);
    await assertArrived(party);
    party.session.close();
  });
}

test('sessions of two applications know nothing of what the other has', async () => {
  const clock = new VirtualClock();
  await haveHalf({ clock });
  const { party, offset } = await pullAgain({ clock });
  assert.equal(offset, 0);
  party.session.close();
});

// --- In the page already --------------------------------------------------------------------------------------------

for (const [what, prepare] of /** @type {[string, (pair: any) => Promise<void> | void][]} */ ([
  [
    'was received before',
    async ({ a, b, link }) => {
      a.session.sendImage(file.blob, file.hash, false, 'first');
      await b.untilSettled(1);
      assert.equal(bytesOnWire(link.log, 'a'), file.bytes.length);
      link.log.entries.length = 0;
    },
  ],
  ['was offered by this side', ({ b }) => void b.session.sendImage(file.blob, file.hash.toUpperCase())],
])) {
  test(`content that ${what} costs no byte, and is delivered as it is offered`, async () => {
    const options = { group: false };
    const pair = await connectPair({ a: { options }, b: { options, on: pullsAll } });
    const { a, b, link } = pair;
    while (link.a.hasQueued || link.b.hasQueued) await turn();
    await prepare(pair);
    const before = b.settled();
    const id = /** @type {string} */ (a.session.sendImage(file.blob, file.hash, true, 'once more', 60, 'carol'));
    await b.untilSettled(before + 1);
    const { blob, name, isPinned, ttl, originalSenderId } = b.of('image').at(-1);
    assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), file.bytes);
    assert.deepEqual([name, isPinned, ttl, originalSenderId, blob.type], ['once more', true, 60, 'carol', 'image/png']);
    assert.equal(bytesOnWire(link.log, 'a'), 0);
    const [request] = link.log.entries.filter(({ message }) => message?.type === 'pull-request');
    assert.equal(request?.message.offset, file.bytes.length);
    assert.equal((await a.untilEnd(id, 'send')).receipt, 'delivered');
    for (const { session } of [a, b]) session.close();
  });
}

test('content under a hash that is not its own is noticed, and comes once from the peer', async () => {
  const options = { group: false };
  const { a, b, link } = await connectPair({ a: { options }, b: { options, on: pullsAll } });
  while (link.a.hasQueued || link.b.hasQueued) await turn();
  b.session.sendImage(makeFile(file.bytes.length, { seed: 7 }).blob, file.hash);
  a.session.sendImage(file.blob, file.hash);
  await assertArrived(b);
  assert.equal(bytesOnWire(link.log, 'a'), file.bytes.length);
  for (const { session } of [a, b]) session.close();
});

test('and is not looked at again, though the peer sends nothing after that', async () => {
  const party = await connectRaw({ options: { group: false } });
  const { session, peer } = party;
  peer.greet();
  session.sendImage(makeFile(file.bytes.length, { seed: 7 }).blob, file.hash);
  peer.offer(file, 'x');
  session.pullFile('x');
  peer.meta(file, 'x', { offset: file.bytes.length });
  while (peer.heard('pull-request').length < 2) await turn();
  peer.say({ type: 'transfer-abort', transferId: 'x', reason: 'unreadable' });
  peer.offer(file, 'y');
  session.pullFile('y');
  assert.deepEqual(
    peer.heard('pull-request').map(({ offset }) => offset),
    [file.bytes.length, undefined, undefined],
  );
  session.close();
});

// --- MemoryPartialStore ---------------------------------------------------------------------------------------------

const partOf = (length, seed, whole = length) => {
  const bytes = new Uint8Array(whole).subarray(0, length);
  bytes.set(bytesOf(length, seed));
  return bytes;
};

test('the store gives out once what it keeps, by hash and size', () => {
  const store = new MemoryPartialStore({ clock: new VirtualClock() });
  store.keep('a', 100, partOf(40, 1));
  assert.equal(store.take('a', 101), undefined);
  assert.equal(store.take('b', 100), undefined);
  assert.deepEqual(store.take('a', 100), partOf(40, 1));
  assert.equal(store.take('a', 100), undefined);
});

test('of one content it keeps the longest part', () => {
  const store = new MemoryPartialStore({ clock: new VirtualClock() });
  for (const length of [10, 40, 20]) store.keep('a', 100, partOf(length, 1));
  assert.equal(store.take('a', 100)?.length, 40);
});

test('beyond its bound the oldest makes room, and what is larger than that is not kept at all', () => {
  const store = new MemoryPartialStore({ maxBytes: 250, clock: new VirtualClock() });
  // Each with the memory of its whole file.
  for (const [index, name] of ['a', 'b', 'c'].entries()) store.keep(name, 100, partOf(1, index, 100));
  assert.equal(store.take('a', 100), undefined);
  store.keep('d', 100, partOf(1, 4, 100));
  assert.equal(store.take('b', 100), undefined, 'not what is newer');
  store.keep('e', 251, partOf(1, 5, 251));
  assert.deepEqual(
    ['c', 'd'].map((name) => store.take(name, 100)),
    [undefined, undefined],
  );
  assert.equal(store.take('e', 251), undefined);
  store.keep('f', 250, partOf(1, 6, 250));
  assert.equal(store.take('f', 250)?.length, 1, 'its room is counted right');
});

test('each is kept for its time, by one timer, which is gone with the last of them', () => {
  const clock = new VirtualClock();
  const store = new MemoryPartialStore({ maxAge: 1000, clock });
  store.keep('a', 100, partOf(40, 1));
  clock.advance(600);
  store.keep('b', 100, partOf(40, 2));
  assert.equal(clock.pendingTimers, 1);
  clock.advance(399);
  store.keep('a', 100, partOf(30, 1));
  clock.advance(1);
  assert.equal(store.take('a', 100), undefined, 'less of it makes it no younger');
  assert.equal(clock.pendingTimers, 1);
  clock.advance(599);
  assert.equal(store.take('b', 100)?.length, 40);
  store.keep('b', 100, partOf(40, 2));
  clock.advance(1000);
  assert.deepEqual([store.take('b', 100), clock.pendingTimers], [undefined, 0]);
});

test('where nothing is kept any more no timer is', () => {
  const clock = new VirtualClock();
  const store = new MemoryPartialStore({ maxBytes: 250, clock });
  store.keep('a', 100, partOf(40, 1));
  store.take('a', 100);
  assert.equal(clock.pendingTimers, 0, 'taken');
  store.keep('b', 300, partOf(40, 1, 300));
  assert.equal(clock.pendingTimers, 0, 'too large');
});

test('by default it keeps 64 MiB for ten minutes, and a session uses one of them', async () => {
  const clock = new VirtualClock();
  const owner = {};
  await haveHalf({ owner, clock });
  assert.equal(clock.pendingTimers, 1);
  clock.advance(minutes(10) - 1);
  const { party, offset } = await pullAgain({ owner, clock });
  assert.equal(offset, half);
  await assertArrived(party);
  party.session.close();
  await haveHalf({ clock });
  clock.advance(minutes(10));
  assert.equal(clock.pendingTimers, 0);

  const store = new MemoryPartialStore({ clock });
  const MiB = 1024 * KiB;
  for (let index = 0; index < 5; index++) store.keep(`${index}`, 16 * MiB, new Uint8Array(16 * MiB).subarray(0, 1));
  assert.deepEqual(
    Array.from({ length: 5 }, (_, index) => store.take(`${index}`, 16 * MiB)?.length),
    [undefined, 1, 1, 1, 1],
  );
});

test('a partial file keeps no process alive', async () => {
  const script = fileURLToPath(new URL('../support/partial-probe.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 10_000 });
  assert.equal(stdout, 'kept\n');
});
