// @ts-check
// An engine that traps is thrown away: its sessions end, settled, and the next one gets another. What is no trap ends one
// session at the most.
import assert from 'node:assert/strict';
import test from 'node:test';
import { memories, trapAtNextImport, withoutRoom } from './support/engine-faults.mjs';
import { makeFile } from './support/files.mjs';
import { afterTurns } from './support/fuse.mjs';
import { connectPair, connectRaw, makeSession } from './support/sessions.mjs';
import { VirtualClock } from 'peer-session/testing';

const file = makeFile(300_000);
const hashOf = (index) => index.toString(16).padStart(64, '0');

/** As if it had come through the channel, however long it is. */
const hear = (party, data) => party.link.a.dispatchEvent(new MessageEvent('message', { data }));

/** With something in every table: offered, pulled by the peer, waiting, arriving. No timer outlives it: that of a partial file would. */
async function connectBusy(given = {}) {
  const party = await connectRaw({ options: { partialStore: false }, ...given });
  const offered = party.session.sendImage(file.blob, file.hash);
  for (const id of ['waiting', 'arriving']) party.session.pullFile(id);
  party.peer.meta(file, 'arriving');
  party.peer.say(file.bytes.subarray(0, 100_000));
  return Object.assign(party, { offered });
}

/** Others are told a turn later; nothing else may wait. */
async function untilClosed(party) {
  await afterTurns(20);
  assert.equal(party.of('close').length, 1, 'it has ended');
}

function assertSettledAs(party, code) {
  assert.deepEqual(party.ends().sort(), [
    ['arriving', code],
    ['waiting', code],
  ]);
  assert.equal(party.settled(), 2);
  const sent = party.of('transferend').filter(({ event }) => event.direction === 'send');
  assert.deepEqual(
    sent.map(({ event }) => [event.transferId, event.error.code]),
    [[party.offered, code]],
  );
  assert.equal(party.of('close').length, 1);
  assert.deepEqual([party.session.isConnected, party.session.stats], [false, undefined]);
  assert.deepEqual([party.clock.pendingTimers, party.link.a.listenerCount, party.pc.connectionState], [0, 0, 'closed']);
}

async function assertWorks() {
  const pulls = (type, session, data) => type === 'offer-file' && session.pullFile(data.transferId);
  const { a, b } = await connectPair({ b: { on: { event: pulls } } });
  a.session.sendImage(file.blob, file.hash);
  await b.untilSettled(1);
  assert.deepEqual(
    b.ends().map(([, end]) => end),
    ['image'],
  );
  a.session.close();
}

const trapNow = (session) => {
  trapAtNextImport();
  session.sendInventory([hashOf(1)]);
};

test('a trap ends every session of that instance, each settled once; a new session works, in a new instance', async () => {
  const parties = [await connectBusy(), await connectBusy(), await connectBusy()];
  const before = memories.length;
  trapNow(parties[1].session);
  await Promise.all(parties.map(untilClosed));
  for (const party of parties) {
    assertSettledAs(party, 'engine-failed');
    const { error } = party.of('error')[0].event;
    assert.deepEqual([error.code, error.cause instanceof WebAssembly.RuntimeError], ['engine-failed', true]);
  }
  await assertWorks();
  assert.equal(memories.length, before + 1);
  await assertWorks();
  assert.equal(memories.length, before + 1, 'and it is used by all that follow');
});

test('what is called on a session whose engine trapped is harmless', async () => {
  const party = await connectBusy();
  const other = await connectBusy();
  trapNow(party.session);
  for (const { session } of [party, other]) {
    assert.equal(session.sendImage(file.blob, file.hash), undefined);
    session.pullFile('late');
    session.sendInventory([hashOf(1)]);
    session.requestSync();
    session.sendPing();
    session.close();
    session.close();
  }
  for (const { ends } of [party, other].map((one) => ({ ends: one.ends() }))) {
    assert.deepEqual(ends.at(-1), ['late', 'not-open']);
    assert.equal(ends.length, 3);
  }
  other.peer.say({ type: 'ping' });
  other.clock.advance(1_000_000);
  assert.deepEqual([other.of('close').length, other.settled()], [1, 3]);
});

test('a trap in a call from within a callback of another session ends both', async () => {
  const party = await connectBusy();
  const other = await connectBusy({ on: { event: (type) => type === 'sync-request' && trapNow(party.session) } });
  other.peer.say({ type: 'sync-request' });
  await Promise.all([party, other].map(untilClosed));
  for (const one of [party, other]) assertSettledAs(one, 'engine-failed');
});

test('a session that is made in a callback that tells of the trap lives in the new instance', async () => {
  /** @type {any} */
  let made;
  const party = await connectBusy({ on: { transferError: () => (made ??= makeSession()) } });
  const before = memories.length;
  trapNow(party.session);
  await untilClosed(party);
  assert.ok(made.session.stats);
  assert.equal(memories.length, before + 1);
  made.session.close();
  await assertWorks();
});

test('a text that finds no memory is not written over the engine, and ends its sessions', async () => {
  const party = await connectBusy();
  const other = await connectBusy();
  const memory = /** @type {WebAssembly.Memory} */ (memories.at(-1));
  const low = () => Buffer.from(memory.buffer.slice(0, 64 * 1024));
  const before = low();
  // A character of three bytes each: longer than all that is free.
  await withoutRoom(() => hear(party, JSON.stringify({ type: 'hello', text: '€'.repeat(900_000) })));
  assert.ok(before.equals(low()), 'the first 64 KiB of the memory are as they were');
  await Promise.all([party, other].map(untilClosed));
  for (const one of [party, other]) assertSettledAs(one, 'engine-failed');
  await assertWorks();
});

test('where there is no memory for another session, the constructor says so and leaves nothing behind', async () => {
  const sessions = [];
  const network = await withoutRoom(() => {
    for (let count = 0; count < 10_000; count++) {
      try {
        sessions.push(makeSession());
      } catch (error) {
        return { error, count };
      }
    }
    return undefined;
  });
  assert.equal(network?.error.code, 'engine-failed');
  assert.ok(network.error.cause instanceof WebAssembly.RuntimeError);
  await Promise.all(sessions.map(untilClosed));
  await assertWorks();
});

test('one text, whoever it is from, makes the memory grow by no more than a few of the longest ones', async () => {
  await assertWorks();
  const party = await connectRaw();
  const { session } = party;
  const memory = /** @type {WebAssembly.Memory} */ (memories.at(-1));
  const long = 'x'.repeat(30_000_000);
  for (const unit of ['x', '€', '\ud800', '😀']) hear(party, unit.repeat(15_000_000));
  for (const unit of ['€', '\ud800', '😀']) hear(party, unit.repeat(1_000_000 / unit.length));
  session.pullFile(long);
  session.requestFile(long);
  session.sendImage(file.blob, file.hash, false, long, undefined, long);
  session.sendImage(new Blob(['x'], { type: long }), long);
  assert.ok(memory.buffer.byteLength < 16 * 1024 * 1024, `${memory.buffer.byteLength} bytes`);
  assert.deepEqual(party.ends(), [[long, 'message-too-long']]);
  assert.ok(session.isConnected);
  session.close();
});

// --- What is no trap ------------------------------------------------------------------------------------------------

const broken = new Error('the clock is broken');

/** A clock of which one method throws from the moment it is told to. */
class BreakingClock extends VirtualClock {
  /** @type {string | undefined} */
  broken;
  /** @override */
  now() {
    if (this.broken === 'now') throw broken;
    return super.now();
  }
  /** @override */
  setTimeout(callback, milliseconds) {
    if (this.broken === 'setTimeout') throw broken;
    return super.setTimeout(callback, milliseconds);
  }
  /** @override */
  clearTimeout(handle) {
    if (this.broken === 'clearTimeout') throw broken;
    super.clearTimeout(handle);
  }
}

for (const [method, provoke] of /** @type {[string, (party: any) => void][]} */ ([
  ['now', (party) => party.session.sendPing()],
  ['now', (party) => party.peer.say({ type: 'ping' })],
  ['now', (party) => party.session.close()],
  ['setTimeout', (party) => party.clock.advance(30_000)],
])) {
  test(`a clock whose ${method} throws at ${provoke.toString().slice(11)} ends that session and no other`, async () => {
    const clock = new BreakingClock();
    const other = await connectBusy();
    const party = await connectBusy({ clock });
    const before = memories.length;
    clock.broken = method;
    provoke(party);
    await untilClosed(party);
    const { error } = party.of('error')[0].event;
    assert.deepEqual([error.code, error.cause], ['engine-failed', broken]);
    assert.equal(party.settled(), 2);
    assert.deepEqual([party.of('close').length, party.session.stats], [1, undefined]);
    assert.deepEqual(other.ends(), []);
    assert.ok(other.session.isConnected && other.session.stats);
    other.session.close();
    await afterTurns(2);
    assertSettledAs(other, 'closed');
    await assertWorks();
    assert.equal(memories.length, before, 'in the same instance');
  });
}

test('a clock whose clearTimeout throws is no reason for anything', async () => {
  const clock = new BreakingClock();
  const party = await connectBusy({ clock });
  clock.broken = 'clearTimeout';
  party.session.close();
  assert.deepEqual([party.of('close').length, party.reports()], [1, []]);
  clock.advance(1_000_000);
  assert.equal(party.settled(), 2);
});

test('sessions that end by a throwing clock leave nothing in the engine', async () => {
  await assertWorks();
  const memory = /** @type {WebAssembly.Memory} */ (memories.at(-1));
  let warm = 0;
  for (let count = 0; count < 400; count++) {
    const clock = new BreakingClock();
    const party = await connectRaw({ clock });
    for (let offer = 0; offer < 50; offer++) party.session.sendImage(file.blob, file.hash, false, 'n'.repeat(200));
    clock.broken = 'now';
    party.session.sendPing();
    assert.equal(party.of('close').length, 1);
    if (count === 100) warm = memory.buffer.byteLength;
  }
  assert.equal(memory.buffer.byteLength, warm);
});
