// @ts-check
// A connection that is lost, between two sessions that understand it: it is made anew, and what was under way goes on; or all of it
// ends, once, within its bound.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { KiB, makeFile, MiB } from '../support/files.mjs';
import { pass, turn } from '../support/passing-time.mjs';
import { connectPair, makeSession } from '../support/sessions.mjs';
import { digestAtOnce, readAtOnce } from '../support/slow-path.mjs';

const files = [1, 2, 3].map((seed) => readAtOnce(makeFile(200 * KiB + seed, { seed })));
const seconds = (count) => count * 1000;
const pullsAll = { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) };
const offer = ({ session }, { blob, hash, name }) => /** @type {string} */ (session.sendImage(blob, hash, false, name));

const states = (party) => party.of('statechange').map(({ event }) => event.state);
const sendEnds = (party) =>
  party
    .of('transferend')
    .flatMap(({ event }) =>
      event.direction === 'send' ? [[event.transferId, event.error?.code ?? event.receipt]] : [],
    );
const links = ({ network }) => network.connections.flatMap(({ link }) => link ?? []);
const bytesOn = (link, from) =>
  link.log.entries.reduce((sum, entry) => sum + (entry.from === from ? (entry.bytes?.length ?? 0) : 0), 0);
const offersOf = (party) => party.of('signal').filter(({ message }) => message.type === 'offer');

/**
 * Two sessions that have heard each other's hello, on a path that takes some turns for a file. Nothing else takes time, or the
 * clock, which the tests advance, would run ahead of it.
 */
async function connect({ link = {}, a = {}, b = {} } = /** @type {any} */ ({})) {
  const given = (own) => ({ ...own, options: { digest: digestAtOnce, ...own.options } });
  const pair = await connectPair({
    link: { bytesPerTurn: 20 * KiB, maxMessageSize: 16 * KiB, ...link },
    a: given(a),
    b: given(b),
  });
  while (pair.link.a.hasQueued || pair.link.b.hasQueued) await turn();
  return pair;
}

const untilOpen = (party) => party.log.untilAll(() => party.session.state === 'open');

async function assertClosedBehind({ a, b, clock, network }) {
  for (const { session } of [a, b]) session.close();
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.deepEqual(
    network.connections.map(({ connectionState }) => connectionState),
    network.connections.map(() => 'closed'),
  );
  for (const link of links({ network })) assert.deepEqual([link.a.listenerCount, link.b.listenerCount], [0, 0]);
  assert.equal(clock.pendingTimers, 0);
}

/** How a connection is lost. */
const losses = /** @type {[string, (pair: any) => void][]} */ ([
  ['the channel fails', ({ link }) => link.fail()],
  ['the channel closes without a word', ({ link }) => link.close()],
  ['the connection fails, for both', ({ a, b }) => [a, b].forEach(({ pc }) => pc.become('failed'))],
  ['the connection fails, for the side that offers', ({ a }) => a.pc.become('failed')],
  ['the connection fails, for the side that answers', ({ b }) => b.pc.become('failed')],
  ['the connection closes, for the side that answers', ({ b }) => b.pc.become('closed')],
]);

// --- Mended ---------------------------------------------------------------------------------------------------------

for (const [how, lose] of losses) {
  test(`${how}: a new connection takes its place, and the application hears of it by state alone`, async () => {
    const pair = await connect();
    const { a, b, network } = pair;
    lose(pair);
    assert.ok([a, b].some(({ session }) => session.state === 'interrupted'));
    await Promise.all(
      [a, b].map((party) => party.log.untilAll(() => states(party).at(-1) === 'open' && states(party).length > 1)),
    );
    assert.equal(network.connections.length, 4);
    for (const party of [a, b]) {
      assert.deepEqual(states(party), ['open', 'interrupted', 'open']);
      assert.deepEqual(
        [party.of('open').length, party.events('connected').length, party.of('close').length],
        [1, 1, 0],
      );
      assert.deepEqual(
        [party.session.isConnected, party.session.isConnectionFailed, party.reports()],
        [true, false, []],
      );
    }
    a.session.requestSync();
    await b.untilEvent('sync-request');
    await assertClosedBehind(pair);
  });

  test(`${how}, with files under way both ways: each arrives once, from the byte on that was missing`, async () => {
    const pair = await connect({ a: { on: pullsAll }, b: { on: pullsAll } });
    const { a, b } = pair;
    const others = [4, 5, 6].map((seed) => readAtOnce(makeFile(200 * KiB + seed, { seed })));
    const ofA = files.map((file) => offer(a, file));
    const ofB = others.map((file) => offer(b, file));
    await b.log.until(
      ({ kind, event }) => kind === 'progress' && event.direction === 'receive' && event.bytes > 64 * KiB,
    );
    lose(pair);
    await Promise.all([a, b].map((party) => party.untilSettled(3)));
    for (const [to, from, ids, sent] of /** @type {[any, any, string[], any[]][]} */ ([
      [b, a, ofA, files],
      [a, b, ofB, others],
    ])) {
      await from.log.untilAll(() => sendEnds(from).length === 3);
      assert.deepEqual(
        to.ends(),
        ids.map((id) => [id, 'image']),
      );
      for (const [index, { blob }] of to.of('image').entries()) {
        assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), sent[index].bytes);
      }
      assert.deepEqual(
        sendEnds(from),
        ids.map((id) => [id, 'delivered']),
      );
    }
    const [first, second] = links(pair);
    const resumed = second.log.entries.find(({ from, message }) => from === 'b' && message?.type === 'pull-request');
    assert.ok(resumed?.message.offset > 64 * KiB, 'of the first file');
    const whole = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    assert.equal(bytesOn(second, 'a'), whole - resumed?.message.offset);
    assert.ok(bytesOn(first, 'a') >= resumed?.message.offset);
    assert.deepEqual([a.reports(), b.reports()], [[], []]);
    await assertClosedBehind(pair);
  });
}

for (const side of /** @type {const} */ (['a', 'b'])) {
  for (const kind of /** @type {const} */ (['error', 'close'])) {
    test(`wherever it is lost (${kind} after so many bytes of ${side}), every file arrives once and both sides agree`, async () => {
      for (let after = 1; after < 700 * KiB; after = after * 3 + 37) {
        const pair = await connect({ a: { on: pullsAll }, b: { on: pullsAll } });
        const { a, b, link } = pair;
        link.faultAfter(side, after, kind);
        const ids = {
          a: files.map((file) => offer(a, file)),
          b: [offer(b, readAtOnce(makeFile(100_000, { seed: 9 })))],
        };
        await Promise.all([b.untilSettled(3), a.untilSettled(1)]);
        await Promise.all([
          a.log.untilAll(() => sendEnds(a).length === 3),
          b.log.untilAll(() => sendEnds(b).length === 1),
        ]);
        const all = (list, end) => list.map((id) => [id, end]).sort();
        assert.deepEqual([b.ends().sort(), a.ends()], [all(ids.a, 'image'), all(ids.b, 'image')], String(after));
        assert.deepEqual([sendEnds(a).sort(), sendEnds(b)], [all(ids.a, 'delivered'), all(ids.b, 'delivered')]);
        assert.deepEqual(
          [b.settled(), a.settled(), b.offers().length, a.offers().length],
          [3, 1, 3, 1],
          'each offer is heard once',
        );
        await assertClosedBehind(pair);
      }
    });
  }
}

test('lost again and again, and while it is mended: in the end everything is there', async () => {
  const pair = await connect({ b: { on: pullsAll } });
  const { a, b, network } = pair;
  const ids = files.map((file) => offer(a, file));
  for (let count = 0; count < 8; count++) {
    for (let turns = 0; turns < 7; turns++) await turn();
    // The newest one, whether it has come about or not.
    const newest = network.connections.at(-1 - (count % 2));
    if (newest?.connectionState !== 'closed') newest?.become('failed');
    await pass(pair, seconds(2));
  }
  await Promise.race([b.untilSettled(3), pass(pair, seconds(60))]);
  assert.deepEqual(
    b.ends(),
    ids.map((id) => [id, 'image']),
  );
  await a.log.untilAll(() => sendEnds(a).length === 3);
  await assertClosedBehind(pair);
});

test('meanwhile nothing is offered or said; what is cancelled and withdrawn ends at once, and what is pulled is asked for later', async () => {
  const pair = await connect();
  const { a, b, link, signals } = pair;
  const [given, taken, late] = files.map((file) => offer(a, file));
  await b.log.untilAll(() => b.offers().length === 3);
  b.session.pullFile(given);
  b.session.pullFile(taken);
  await b.log.until(({ kind, event }) => kind === 'progress' && event.transferId === given);
  signals.areCarried = false;
  link.fail();
  b.session.pullFile(late);
  assert.equal(a.session.sendImage(files[0].blob, files[0].hash), undefined);
  a.session.requestSync();
  b.session.cancelPull(given);
  a.session.withdraw(taken);
  assert.deepEqual([b.ends(), sendEnds(a)], [[[given, 'cancelled']], [[taken, 'withdrawn']]]);
  signals.areCarried = true;
  await pass(pair, seconds(10));
  assert.deepEqual([a.session.state, b.session.state], ['open', 'open']);
  await Promise.all([b.untilEnd(late), a.untilEnd(late, 'send')]);
  await pass(pair, seconds(60));
  // Of the other two the peer is told on the next channel, once each.
  const code = (ends, id) => ends.filter(([ended]) => ended === id).map(([, end]) => end);
  assert.deepEqual([code(b.ends(), late), code(sendEnds(a), late)], [['image'], ['delivered']]);
  assert.deepEqual([code(b.ends(), taken), code(sendEnds(a), given)], [['aborted-by-peer'], ['aborted-by-peer']]);
  assert.deepEqual([b.ends().length, b.settled(), sendEnds(a).length], [3, 3, 3]);
  assert.deepEqual([b.events('sync-request'), a.reports(), b.reports()], [[], [], []]);
  await assertClosedBehind(pair);
});

test('signals that are lost at first are said again: it takes some seconds, and no pull ends', async () => {
  const pair = await connect({ b: { on: pullsAll } });
  const { a, b, link, signals } = pair;
  const id = offer(a, files[0]);
  await b.log.until(({ kind }) => kind === 'progress');
  signals.areCarried = false;
  link.fail();
  await pass(pair, seconds(20));
  assert.deepEqual([a.session.state, b.session.state, b.settled()], ['interrupted', 'interrupted', 0]);
  signals.areCarried = true;
  await pass(pair, seconds(20));
  assert.deepEqual([a.session.state, b.session.state, b.ends()], ['open', 'open', [[id, 'image']]]);
  await assertClosedBehind(pair);
});

// --- Not mended -----------------------------------------------------------------------------------------------------

test('never mended: after a minute everything has ended once, and nothing is left', async () => {
  const options = { partialStore: false };
  const pair = await connect({ a: { options }, b: { options } });
  const { a, b, link, signals, network } = pair;
  const ids = files.map((file) => offer(a, file));
  await b.log.untilAll(() => b.offers().length === 3);
  for (const id of ids.slice(0, 2)) b.session.pullFile(id);
  await b.log.until(({ kind }) => kind === 'progress');
  signals.areCarried = false;
  link.fail();
  await pass(pair, seconds(59.5));
  assert.deepEqual([a.session.state, b.session.state, b.settled(), sendEnds(a)], ['interrupted', 'interrupted', 0, []]);
  const attempts = network.connections.length - 2;
  assert.ok(attempts >= 4 && attempts <= 12, `${attempts} connections of both sides`);
  await pass(pair, seconds(1));
  for (const party of [a, b]) {
    assert.deepEqual([states(party), party.of('close').length], [['open', 'interrupted', 'closed'], 1]);
    assert.deepEqual([party.session.stats, party.session.isConnectionFailed], [undefined, true]);
  }
  const all = (list) => list.map((id) => [id, 'channel-error']).sort();
  assert.deepEqual([b.ends().sort(), sendEnds(a).sort()], [all(ids.slice(0, 2)), all(ids)]);
  assert.equal(b.settled(), 2);
  const said = offersOf(a).length;
  await pass(pair, seconds(120));
  assert.deepEqual([b.settled(), sendEnds(a).length, offersOf(a).length], [2, 3, said], 'and no more is tried');
  await assertClosedBehind(pair);
});

test('close() while it is interrupted ends everything at once', async () => {
  const options = { partialStore: false };
  const pair = await connect({ a: { options }, b: { options } });
  const { a, b, link, signals } = pair;
  const id = offer(a, files[0]);
  await b.untilEvent('offer-file');
  b.session.pullFile(id);
  await b.log.until(({ kind }) => kind === 'progress');
  signals.areCarried = false;
  link.fail();
  b.session.close();
  a.session.close();
  assert.deepEqual([b.ends(), sendEnds(a)], [[[id, 'closed']], [[id, 'closed']]]);
  assert.deepEqual(states(b), ['open', 'interrupted', 'closed']);
  await assertClosedBehind(pair);
});

test('with recoveryTimeout 0 the session ends with its connection', async () => {
  for (const [how, lose] of losses) {
    const options = { recoveryTimeout: 0, partialStore: false };
    const pair = await connect({ a: { options }, b: { options } });
    const { a, b, network } = pair;
    const id = offer(a, files[0]);
    await b.untilEvent('offer-file');
    b.session.pullFile(id);
    await b.log.until(({ kind }) => kind === 'progress');
    lose(pair);
    await Promise.all([a, b].map((party) => party.log.until(({ kind }) => kind === 'close')));
    assert.deepEqual([b.ends().length, sendEnds(a).length, states(b)], [1, 1, ['open', 'closed']], how);
    assert.equal(network.connections.length, 2);
    await assertClosedBehind(pair);
  }
});

test('a recoveryTimeout of its own is the bound', async () => {
  const options = { recoveryTimeout: seconds(10), partialStore: false };
  const pair = await connect({ a: { options }, b: { options } });
  pair.signals.areCarried = false;
  pair.link.fail();
  await pass(pair, seconds(9.5));
  assert.deepEqual([pair.a.session.state, pair.b.session.state], ['interrupted', 'interrupted']);
  await pass(pair, seconds(1));
  assert.deepEqual([pair.a.session.state, pair.b.session.state], ['closed', 'closed']);
  await assertClosedBehind(pair);
});

// --- Another peer under the same ids --------------------------------------------------------------------------------

for (const [which, survivor] of /** @type {const} */ ([
  ['answers', 'alice'],
  ['offers', 'bob'],
])) {
  test(`the page of the side that ${which} was reloaded meanwhile: the other session is replaced, and the next ones connect`, async () => {
    const options = { partialStore: false };
    const pair = await connect({ a: { options }, b: { options } });
    const { network, clock, signals } = pair;
    const [here, gone] = survivor === 'alice' ? [pair.a, pair.b] : [pair.b, pair.a];
    here.session.pullFile('waits');
    signals.areCarried = false;
    const before = here.of('signal').length;
    pair.link.fail();
    assert.equal(here.session.state, 'interrupted');
    gone.session.close();
    await pass(pair, seconds(1));

    // Applications as they are: each has one session, and makes the next one when that is over.
    const now = /** @type {Record<string, any>} */ ({ [survivor]: here });
    const others = { alice: 'bob', bob: 'alice' };
    const begin = (myId) => {
      const peerId = others[myId];
      const signal = (message) => void now[peerId]?.session.handleSignal(structuredClone(message));
      now[myId] = makeSession({ network, clock, myId, peerId, on: { signal } });
      now[myId].session.addEventListener('close', () => begin(myId));
      void now[myId].session.start();
    };
    here.session.addEventListener('close', () => begin(survivor));
    begin(others[survivor]);
    for (const { message } of here.of('signal').slice(before)) {
      void now[others[survivor]].session.handleSignal(structuredClone(message));
    }
    await pass(pair, seconds(15));
    assert.deepEqual(
      [here.ends(), here.settled(), here.reports()],
      [[['waits', 'peer-replaced']], 1, ['peer-replaced']],
    );
    assert.deepEqual([states(here), here.of('close').length], [['open', 'interrupted', 'closed'], 1]);
    assert.deepEqual([now['alice'].session.state, now['bob'].session.state], ['open', 'open']);
    now['alice'].session.requestSync();
    await now['bob'].untilEvent('sync-request');
  });
}

// --- A way that may come back ---------------------------------------------------------------------------------------

const disconnect = ({ a, b }) => [a, b].forEach(({ pc }) => pc.become('disconnected'));
const reconnect = ({ a, b }) => [a, b].forEach(({ pc }) => pc.become('connected'));

test('a way that is away for a moment is waited for', async () => {
  const pair = await connect();
  const { a, b, network } = pair;
  disconnect(pair);
  await pass(pair, seconds(1.9));
  reconnect(pair);
  await pass(pair, seconds(60));
  assert.deepEqual([a.pc.generation, offersOf(a).length, offersOf(b).length, network.connections.length], [0, 1, 0, 2]);
  assert.deepEqual([states(a), states(b)], [['open'], ['open']]);
  await assertClosedBehind(pair);
});

test('one that stays away gets a restart of ICE, by the side that offers; the session is the same, and so is its channel', async () => {
  const pair = await connect({ b: { on: pullsAll } });
  const { a, b, network, link } = pair;
  disconnect(pair);
  await pass(pair, seconds(2.5));
  assert.deepEqual([a.pc.generation, offersOf(a).length, offersOf(b).length], [1, 2, 0]);
  assert.match(offersOf(a).at(-1).message.sdp.sdp, /a=ice-ufrag:0\.1\r\n/);
  reconnect(pair);
  await pass(pair, seconds(60));
  assert.deepEqual([network.connections.length, states(a), states(b)], [2, ['open'], ['open']]);
  const id = offer(a, files[0]);
  assert.equal((await a.untilEnd(id, 'send')).receipt, 'delivered');
  assert.ok(bytesOn(link, 'a') > 0);
  await assertClosedBehind(pair);
});

test('by the side that answers, where only that one has seen it', async () => {
  const pair = await connect();
  const { a, b } = pair;
  b.pc.become('disconnected');
  await pass(pair, seconds(4.9));
  assert.equal(b.pc.generation, 0, 'after you');
  await pass(pair, seconds(0.5));
  assert.deepEqual([b.pc.generation, offersOf(b).length], [1, 1]);
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
  b.pc.become('connected');
  await assertClosedBehind(pair);
});

test('where that does not help there is a new connection', async () => {
  const pair = await connect({ b: { on: pullsAll } });
  const { a, b, network } = pair;
  const id = offer(a, readAtOnce(makeFile(2 * MiB)));
  await b.log.until(({ kind }) => kind === 'progress');
  disconnect(pair);
  await pass(pair, seconds(7.9));
  assert.equal(network.connections.length, 2);
  await pass(pair, seconds(2));
  assert.equal(network.connections.length, 4);
  await untilOpen(a);
  assert.equal((await a.untilEnd(id, 'send')).receipt, 'delivered');
  await assertClosedBehind(pair);
});

test('towards a classic peer there is a restart of ICE, and the end of the connection is that of the session', async () => {
  const party = await connectClassic();
  const { session, clock, pc, network } = party;
  session.pullFile('waits');
  pc.become('disconnected');
  await pass(party, seconds(3));
  assert.equal(pc.generation, 1);
  pc.become('connected');
  pc.become('disconnected');
  await pass(party, seconds(10));
  assert.deepEqual([session.state, network.connections.length], ['open', 2], 'the platform has not given it up');
  pc.become('failed');
  assert.equal(session.state, 'closed');
  assert.deepEqual([party.ends().length, party.of('close').length, clock.pendingTimers], [1, 1, 0]);
  assert.deepEqual([states(party), network.connections.length], [['open', 'closed'], 2]);
});

for (const [how, lose, code] of /** @type {[string, (party: any) => void, string][]} */ ([
  ['closes', ({ link }) => link.close(), 'closed'],
  ['fails', ({ link }) => link.fail(), 'channel-error'],
])) {
  test(`a channel of a classic peer that ${how} ends the session at once`, async () => {
    const party = await connectClassic();
    party.session.pullFile('waits');
    // It greets nobody, and shows what it is by its first offer.
    party.classic.offer(files[0]);
    await party.untilEvent('offer-file');
    lose(party);
    assert.deepEqual([party.ends(), party.session.state], [[['waits', code]], 'closed']);
    assert.equal(party.network.connections.length, 2);
  });
}
