// @ts-check
// Each callback throws, closes the session, or calls every method, in every phase; the promise holds all the same.
import assert from 'node:assert/strict';
import test from 'node:test';
import { hashOf, makeFile } from './support/files.mjs';
import { connectRaw, makeSession } from './support/sessions.mjs';

const file = makeFile(2000);
const boom = () => {
  throw new Error('the callback is broken');
};

/** Brings every callback about once at least, and most with something before and behind them in the same turn. */
async function liveThroughAll(party) {
  const { session, peer, clock, link } = party;
  const offered = session.sendImage(file.blob, file.hash);
  for (const id of ['good', 'bad', 'waiting', 'aborted']) session.pullFile(id);
  peer.offer(file, 'offered');
  peer.say(
    { type: 'sync-request' },
    { type: 'inventory', hashes: [file.hash] },
    { type: 'request-file', hash: file.hash },
  );
  if (offered !== undefined) peer.say({ type: 'pull-request', transferId: offered });
  peer.transfer(file, 'good');
  peer.transfer(file, 'bad', { hash: hashOf('another') });
  peer.say({ type: 'transfer-abort', transferId: 'aborted' }, { type: 'ping' }, 'garbage');
  const isQuiet = () => !session.stats || session.stats.unverifiedFiles + session.stats.queuedUploads === 0;
  link.setAuto(true);
  while (!isQuiet()) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(20_000);
}

const endOf = (party, id) => party.ends().filter(([ended]) => ended === id);

function everyPullEndedOnce(party) {
  for (const id of ['good', 'bad', 'waiting', 'aborted']) assert.equal(endOf(party, id).length, 1, id);
  assert.equal(party.settled(), party.ends().length);
  assert.ok(!party.reports().includes('engine-failed'));
}

/** Another channel's worth of methods, all at once; `again` keeps a callback from answering itself for ever. */
function callEverything(session, again) {
  session.sendImage(file.blob, file.hash);
  session.pullFile(`from a callback ${again}`);
  session.pullFile('good');
  session.requestFile(file.hash);
  session.requestSync();
  session.sendInventory([file.hash]);
  session.sendPing();
  void session.start();
  void session.handleSignal({ type: 'offer', senderId: 'bob', targetId: 'alice', sdp: 'nonsense' });
  assert.equal(typeof session.isConnected, 'boolean');
  assert.equal(typeof session.isConnectionFailed, 'boolean');
  assert.ok(session.stats === undefined || session.stats.pendingOffers >= 0);
}

const callbacks = /** @type {const} */ (['image', 'transferError', 'event', 'fileRequested', 'mayReceive']);

for (const callback of callbacks) {
  for (const [how, fail] of /** @type {[string, () => any][]} */ ([
    ['throws', boom],
    ['rejects', async () => boom()],
  ])) {
    if (callback === 'mayReceive' && how === 'rejects') continue; // It answers yes or no, at once.
    test(`when ${callback} ${how}, it is reported with its cause and every pull still has its end`, async () => {
      const party = await connectRaw({ on: { [callback]: fail } });
      await liveThroughAll(party);
      await party.log.until(({ event }) => event?.error?.code === 'callback-failed');
      everyPullEndedOnce(party);
      const failure = party.of('error').find(({ event }) => event.error.code === 'callback-failed').event.error;
      assert.equal(failure.cause.message, 'the callback is broken');
      assert.ok(party.session.isConnected, 'the session goes on');
      assert.equal(endOf(party, 'good')[0][1], callback === 'mayReceive' ? 'refused' : 'image');
      party.session.close();
    });
  }

  test(`when ${callback} closes the session, everything is settled and nothing follows`, async () => {
    /** @type {any} */
    let party;
    party = await connectRaw({
      on: { [callback]: () => party?.session.close() },
      // Else one timer is left: that of the file that was not verified yet, and may be wanted again.
      options: { partialStore: false },
    });
    await liveThroughAll(party).catch(closedChannel);
    party.link.drainAll();
    while (party.link.a.readyState !== 'closed') await new Promise((resolve) => setImmediate(resolve));
    assert.equal(party.of('close').length, 1);
    everyPullEndedOnce(party);
    assert.deepEqual([party.session.stats, party.clock.pendingTimers, party.link.a.listenerCount], [undefined, 0, 0]);
  });

  test(`when ${callback} calls every method, every pull still has its end`, async () => {
    let again = 0;
    const given = () => {
      if (party && again++ < 10) callEverything(party.session, again);
      return true;
    };
    /** @type {any} */
    let party;
    party = await connectRaw({ on: { [callback]: given } });
    await liveThroughAll(party);
    assert.ok(again > 0, 'it was called');
    party.session.close();
    for (const id of ['bad', 'waiting', 'aborted']) assert.equal(endOf(party, id).length, 1, id);
    // It was pulled again from inside, so it may end twice: as often as it was asked for.
    const asked = endOf(party, 'good').filter(([, end]) => end !== 'not-open');
    assert.equal(asked.length, party.peer.heard('pull-request').filter(isGood).length);
    assert.equal(party.settled(), party.ends().length);
    assert.ok(!party.reports().some((code) => ['engine-failed', 'callback-failed'].includes(code)));
  });
}

const isGood = ({ transferId }) => transferId === 'good';

function closedChannel(error) {
  if (error.name !== 'InvalidStateError') throw error;
}

test('close inside a callback settles the rest after it, in order, not inside it', async () => {
  const order = [];
  const party = await connectRaw({
    on: {
      event: (type, session) => {
        if (type !== 'sync-request') return;
        order.push('callback begins');
        session.close();
        order.push('callback ends');
      },
      transferError: (id) => order.push(id),
    },
  });
  party.session.pullFile('x');
  party.peer.say({ type: 'sync-request' });
  assert.deepEqual(order, ['callback begins', 'callback ends', 'x']);
});

test('sendImage from inside a callback is on the channel when it returns', async () => {
  let heardInside = -1;
  const party = await connectRaw({
    on: {
      event: (type, session) => {
        if (type !== 'sync-request') return;
        session.sendImage(file.blob, file.hash);
        heardInside = party.peer.heard('offer-file').length;
      },
    },
  });
  party.peer.say({ type: 'sync-request' });
  assert.equal(heardInside, 1);
  party.session.close();
});

for (const [what, tap] of /** @type {[string, (party: any, direction: string) => void][]} */ ([
  ['throws', boom],
  ['closes the session', (party) => party?.session.close()],
  ['calls back', (party, direction) => direction === 'in' && party?.session.sendPing()],
])) {
  test(`an onWireMessage that ${what} loses no pull`, async () => {
    /** @type {any} */
    let party;
    const options = { onWireMessage: (direction) => tap(party, direction) };
    party = await connectRaw({ options });
    await liveThroughAll(party).catch(closedChannel);
    everyPullEndedOnce(party);
    if (what === 'throws') {
      assert.equal(endOf(party, 'good')[0][1], 'image');
      assert.ok(party.reports().includes('callback-failed'));
    }
    party.session.close();
  });
}

test('a sendSignal that closes the session, or answers within the call, is fine', async () => {
  /** @type {any} */
  let party;
  party = makeSession({ on: { signal: () => party.session.close() } });
  await party.session.start();
  assert.deepEqual([party.of('signal').length, party.of('close').length, party.reports()], [1, 1, []]);
});
