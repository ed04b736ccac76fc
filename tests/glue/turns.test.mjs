// @ts-check
// Whatever an application does in a callback, and whatever comes at once, the event loop gets its turn: with real timers, and
// a fuse that blows where it does not.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeFile } from './support/files.mjs';
import { afterTurns, Fuse } from './support/fuse.mjs';
import { connectPair, connectRaw, makeSession, untilHeld } from './support/sessions.mjs';

const file = makeFile(100);
const hashOf = (index) => index.toString(16).padStart(64, '0');
const rounds = 10;

/** Lets it go on for some turns, and then stops it. */
async function assertTurns(fuse, stop) {
  await afterTurns(rounds);
  stop();
  assert.equal(fuse.isBlown, false, 'the event loop had its turn');
  assert.ok(fuse.turns >= rounds / 2, `it went on over ${fuse.turns} turns`);
}

// --- Callbacks that always ask again --------------------------------------------------------------------------------

const asking = /** @type {[string, (session: any, id: string, count: number) => unknown][]} */ ([
  ['the same id', (session, id) => session.pullFile(id)],
  ['another id', (session, _, count) => session.pullFile(`${count}`)],
  ['the same id twice', (session, id) => [session.pullFile(id), session.pullFile(id)]],
  ['two other ids', (session, _, count) => [session.pullFile(`${count} a`), session.pullFile(`${count} b`)]],
  [
    'the same id after a promise',
    async (session, id) => {
      await null;
      session.pullFile(id);
    },
  ],
  [
    'the same id after a promise, and closes again',
    async (session, id) => {
      await null;
      session.close();
      session.pullFile(id);
    },
  ],
]);

for (const [what, ask] of asking) {
  for (const [where, connect] of /** @type {[string, (given: any) => Promise<any>][]} */ ([
    [
      'a closed session',
      async (given) => {
        const party = await connectRaw(given);
        party.session.close();
        return party;
      },
    ],
    ['a session that was never started', async (given) => makeSession(given)],
    [
      'an open session with as many pulls as it may have',
      async (given) => {
        const party = await connectRaw({ ...given, options: { maxPendingPulls: 1 } });
        party.session.pullFile('waits');
        return party;
      },
    ],
  ])) {
    test(`pullFile of ${what} from onTransferError, on ${where}`, async () => {
      const fuse = new Fuse();
      let goesOn = true;
      let count = 0;
      const on = { transferError: (id) => (goesOn && fuse.burn() ? ask(party.session, id, count++) : undefined) };
      const party = await connect({ on });
      party.session.pullFile('x');
      await assertTurns(fuse, () => (goesOn = false));
      await afterTurns(count / 100 + 3);
      assert.equal(party.ends().length, party.settled(), 'each end is told by event and callback');
    });
  }
}

test('from the event transferend and from onTransferError at once', async () => {
  const fuse = new Fuse();
  let goesOn = true;
  const again = (id) => goesOn && fuse.burn() && party.session.pullFile(`${id}`.slice(0, 20) + Math.random());
  const party = makeSession({ on: { transferError: again } });
  party.session.addEventListener('transferend', ({ transferId }) => again(transferId));
  party.session.pullFile('x');
  await assertTurns(fuse, () => (goesOn = false));
});

const longName = 'n'.repeat(1000);
const offer = (session) => session.sendImage(file.blob, file.hash, false, longName);

/** The peer reads nothing, and 24 MiB wait for it. */
async function connectFull() {
  const party = await connectRaw();
  while (offer(party.session));
  return party;
}

for (const times of [1, 2]) {
  test(`sendImage ${times} times from transferend, on a full channel`, async () => {
    const fuse = new Fuse();
    let goesOn = false;
    const party = await connectFull();
    party.session.addEventListener('transferend', () => {
      for (let time = 0; time < times; time++) if (goesOn && fuse.burn()) offer(party.session);
    });
    goesOn = true;
    offer(party.session);
    await assertTurns(fuse, () => (goesOn = false));
    assert.equal(party.of('transferend').at(-1).event.error.code, 'channel-full');
    assert.ok(party.session.isConnected);
    party.session.close();
  });
}

test('sendImage from the transferend that says its name was too long', async () => {
  const fuse = new Fuse();
  let goesOn = true;
  const party = await connectRaw();
  const ask = () => goesOn && fuse.burn() && party.session.sendImage(file.blob, file.hash, false, 'n'.repeat(2000));
  party.session.addEventListener('transferend', ask);
  ask();
  await assertTurns(fuse, () => (goesOn = false));
  party.session.close();
});

test('sendPing from an onWireMessage that sees it go out', async () => {
  const fuse = new Fuse();
  let goesOn = true;
  const onWireMessage = () => void (goesOn && fuse.burn() && party?.session.sendPing());
  /** @type {any} */
  let party;
  party = await connectRaw({ options: { onWireMessage }, link: { drain: 'auto' } });
  party.session.sendPing();
  await assertTurns(fuse, () => (goesOn = false));
  party.session.close();
});

test('many methods from many callbacks of two sessions that know each other', async () => {
  const fuse = new Fuse(20_000);
  let goesOn = true;
  const parties = {};
  const given = (mine, other) => {
    const busy = () => {
      if (!goesOn || !fuse.burn() || !parties.b) return true;
      for (const name of [mine, other]) {
        parties[name].session.pullFile(`${Math.random()}`);
        parties[name].session.sendImage(file.blob, file.hash);
      }
      parties[mine].session.requestSync();
      parties[other].session.sendPing();
      return true;
    };
    return { on: { transferError: busy, event: busy, fileRequested: busy }, options: { maxPendingPulls: 2 } };
  };
  Object.assign(parties, await connectPair({ a: given('a', 'b'), b: given('b', 'a') }));
  parties.a.session.pullFile('x');
  parties.a.session.requestSync();
  await assertTurns(fuse, () => (goesOn = false));
  for (const name of ['a', 'b']) parties[name].session.close();
});

// --- What is promised all the same ----------------------------------------------------------------------------------

test('what callbacks add beyond the turn comes later, in order, each once', async () => {
  const party = makeSession({
    on: {
      transferError: (id) => {
        if (id === 'first') for (let index = 0; index < 3000; index++) party.session.pullFile(`${index}`);
      },
    },
  });
  party.session.pullFile('first');
  let whenTurned = -1;
  setImmediate(() => (whenTurned = party.settled()));
  await party.untilSettled(3001);
  assert.deepEqual(
    party.of('transfer-error').map(({ transferId }) => transferId),
    ['first', ...Array.from({ length: 3000 }, (_, index) => `${index}`)],
  );
  assert.ok(whenTurned > 0 && whenTurned < 3001, `${whenTurned} when the loop had its turn`);
});

test('close() settles everything before it returns, however much it is', async () => {
  const party = await connectRaw();
  for (let index = 0; index < 5000; index++) party.session.pullFile(`${index}`);
  for (let index = 0; index < 5000; index++) party.session.sendImage(file.blob, file.hash);
  party.session.close();
  assert.deepEqual([party.settled(), party.of('transferend').length, party.of('close').length], [5000, 10_000, 1]);
});

test('close() settles what a lost channel has left for later turns', async () => {
  const party = await connectRaw();
  for (let index = 0; index < 5000; index++) party.session.pullFile(`${index}`);
  party.link.fail();
  assert.ok(party.settled() < 5000, 'not all at once');
  party.session.close();
  assert.deepEqual([party.settled(), party.of('close').length], [5000, 1]);
});

test('the end of a channel with thousands of pulls and offers leaves turns between them', async () => {
  const party = await connectRaw();
  for (let index = 0; index < 5000; index++) party.session.pullFile(`${index}`);
  for (let index = 0; index < 5000; index++) party.session.sendImage(file.blob, file.hash);
  let turns = 0;
  const count = () => {
    turns += 1;
    if (party.of('close').length === 0) setImmediate(count);
  };
  setImmediate(count);
  party.link.fail();
  assert.equal(party.session.isConnected, false);
  await party.log.until(({ kind }) => kind === 'close');
  assert.ok(turns > 10, `${turns} turns`);
  assert.deepEqual(
    party.ends().map(([id]) => id),
    Array.from({ length: 5000 }, (_, index) => `${index}`),
  );
  assert.ok(party.ends().every(([, code]) => code === 'channel-error'));
  assert.equal(party.of('transferend').length, 10_000);
});

test('an id whose failure is not told yet is on its way, and not asked for twice', async () => {
  const party = makeSession({
    on: {
      transferError: (id) => {
        if (id === 'a') for (const again of ['b', 'b', 'c', 'b']) party.session.pullFile(again);
      },
    },
  });
  party.session.pullFile('a');
  assert.deepEqual(party.ends(), [
    ['a', 'not-open'],
    ['b', 'not-open'],
    ['c', 'not-open'],
  ]);
  party.session.pullFile('b');
  assert.equal(party.ends().length, 4, 'told, it may be asked for anew');
});

test("canReceiveFrom answers before the peer's next message, though other callbacks wait for their turn", async () => {
  const fuse = new Fuse();
  let goesOn = true;
  const party = await connectRaw({
    options: { maxPendingPulls: 2 },
    on: { transferError: () => goesOn && fuse.burn() && party.session.pullFile(`${Math.random()}`) },
  });
  for (const id of ['x', 'y']) party.session.pullFile(id);
  party.session.pullFile('one too many');
  // In one turn, as a busy page hears them.
  party.peer.transfer(file, 'x');
  party.peer.transfer(file, 'y');
  await party.untilEnd('y');
  goesOn = false;
  assert.deepEqual(
    party.ends().filter(([id]) => id === 'x' || id === 'y'),
    [
      ['x', 'image'],
      ['y', 'image'],
    ],
  );
  party.session.close();
});

test('a canReceiveFrom that rejects is reported, and refuses', async () => {
  const party = await connectRaw({ on: { mayReceive: () => Promise.reject(new Error('no')) } });
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  await party.log.until(({ event }) => event?.error?.code === 'callback-failed');
  assert.deepEqual(party.ends(), [['x', 'refused']]);
  party.session.close();
});

const run = promisify(execFile);
const probe = (...args) =>
  run(process.execPath, [fileURLToPath(new URL('support/turn-probe.mjs', import.meta.url)), ...args]);

for (const [what, argument] of /** @type {const} */ ([
  ['', ''],
  [', also without a MessageChannel', 'no MessageChannel'],
])) {
  test(`a process ends once all has been told, and not before${what}`, async () => {
    assert.equal((await probe(argument)).stdout, 'told 5000 ends and the close\n');
  });
}

// --- Much at once ---------------------------------------------------------------------------------------------------

test('thousands of messages from before the channel opened are heard in order, over several turns', async () => {
  const party = makeSession();
  const { MockLink } = await import('peer-session/testing');
  const link = new MockLink();
  party.pc.announce(link.a);
  const say = (message) => link.a.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  const order = Array.from({ length: 5000 }, (_, index) => hashOf(index));
  for (const hash of order) say({ type: 'request-file', hash });
  let whenTurned = -1;
  setImmediate(() => (whenTurned = party.of('file-requested').length));
  link.open();
  say({ type: 'request-file', hash: hashOf(5000) });
  link.fail();
  await party.log.until(({ kind }) => kind === 'close');
  assert.deepEqual(
    party.of('file-requested').map(({ hash }) => hash),
    [...order, hashOf(5000)],
    'and before the end',
  );
  assert.ok(whenTurned >= 0 && whenTurned < 5000, `${whenTurned} when the loop had its turn`);
});

/** As much text as the channel takes at once, and 20,000 pings behind it. */
async function connectWithPings() {
  const party = await connectRaw();
  const { session, link } = party;
  for (let buffered = -1; link.a.bufferedAmount > buffered;) {
    buffered = link.a.bufferedAmount;
    offer(session);
  }
  for (let ping = 0; ping < 20_000; ping++) session.sendPing();
  assert.equal(party.peer.heard('ping').length, 0, 'they wait');
  const drain = () => link.drain('a', link.a.bufferedAmount - link.a.bufferedAmountLowThreshold);
  return Object.assign(party, { drain });
}

test('thousands of texts that waited for room go out over several turns; what the peer says meanwhile is heard in order', async () => {
  const party = await connectWithPings();
  let whenTurned = -1;
  setImmediate(() => {
    whenTurned = party.peer.heard('ping').length;
    party.peer.say({ type: 'sync-request' });
    party.peer.say({ type: 'request-file', hash: hashOf(1) });
  });
  party.drain();
  await party.log.until(({ kind }) => kind === 'file-requested');
  assert.ok(whenTurned > 0 && whenTurned < 20_000, `${whenTurned} when the loop had its turn`);
  assert.equal(party.peer.heard('ping').length, 20_000);
  assert.equal(party.events('sync-request').length, 1);
  party.session.close();
});

test('while texts go out over several turns, the channel is not filled beyond its bound', async () => {
  const party = await connectFull();
  const { link } = party;
  // What was offered before is on its way, and the rest waits for it: more than one turn hands over.
  link.drain('a', link.a.bufferedAmount - link.a.bufferedAmountLowThreshold);
  const before = link.log.entries.length;
  link.a.dispatchEvent(new Event('bufferedamountlow'));
  await link.log.untilAll((entries) => entries.length > before + 2000);
  await afterTurns(20);
  const most = Math.max(...link.log.entries.map(({ buffered }) => buffered));
  assert.ok(most <= 8 * 1024 * 1024, `${most} bytes`);
  party.session.close();
});

test('an offer made while texts go out is handed over within the call, behind them', async () => {
  const party = await connectWithPings();
  party.drain();
  assert.ok(party.peer.heard('ping').length < 20_000);
  const id = party.session.sendImage(file.blob, file.hash);
  assert.equal(party.peer.heard().at(-1).transferId, id);
  assert.equal(party.peer.heard('ping').length, 20_000);
  party.session.close();
});

// --- Legal options --------------------------------------------------------------------------------------------------

const MiB = 1024 * 1024;
/** Two, since a side that has offered a content does not fetch it. */
const twoFiles = (size) => [1, 2].map((seed) => makeFile(size, { seed }));
const ofSeveralWindows = twoFiles(12 * MiB);

/**
 * A pair that exchanges files both ways; the channel's figure is looked at a bounded number of times a turn.
 *
 * @param {any} options
 * @param {{files?: any[], looks?: number, link?: any, meanwhile?: (pair: any) => void}} [more]
 */
async function exchangeWith(options, { files = ofSeveralWindows, looks = 30_000, link = {}, meanwhile } = {}) {
  const fuse = new Fuse(looks);
  const pulls = { event: (type, session, data) => type === 'offer-file' && session.pullFile(data.transferId) };
  const pair = await connectPair({ link, a: { options, on: pulls }, b: { options, on: pulls } });
  for (const channel of [pair.link.a, pair.link.b]) {
    let amount = channel.bufferedAmount;
    Object.defineProperty(channel, 'bufferedAmount', {
      get: () => {
        if (!fuse.burn()) throw new Error('The event loop had no turn.');
        return amount;
      },
      set: (value) => {
        amount = value;
      },
    });
  }
  meanwhile?.(pair);
  for (const [index, { session }] of [pair.a, pair.b].entries()) {
    session.sendImage(files[index].blob, files[index].hash);
  }
  await Promise.all([pair.a, pair.b].map((party) => party.untilSettled(1)));
  assert.equal(fuse.isBlown, false, 'the event loop had its turn');
  for (const party of [pair.a, pair.b]) {
    assert.deepEqual(
      party.ends().map(([, end]) => end),
      ['image'],
    );
    party.session.close();
  }
  assert.deepEqual(
    ['a', 'b'].map((from) => bytesFrom(pair.link, from)),
    files.map(({ bytes }) => bytes.length),
  );
}

function bytesFrom(link, from) {
  return link.log.entries.reduce((sum, entry) => sum + (entry.from === from ? (entry.bytes?.length ?? 0) : 0), 0);
}

for (const [what, options, more] of /** @type {[string, any, any][]} */ ([
  ['high-water 32 MiB and low-water 16 MiB', { highWaterMark: 32 * MiB, lowWaterMark: 16 * MiB }],
  [
    'high-water 8 MiB, low-water a byte below, and pings',
    { highWaterMark: 8 * MiB, lowWaterMark: 8 * MiB - 1 },
    {
      meanwhile: ({ a, b }) =>
        [a, b].forEach(({ session }) => session.addEventListener('progress', () => session.sendPing())),
    },
  ],
  ['marks with fractions', { highWaterMark: 2.5, lowWaterMark: 1.2 }],
  [
    'messages of two bytes',
    { maxMessageSize: 2 },
    { files: twoFiles(40_000), looks: 60_000, link: { bytesPerTurn: 4096 } },
  ],
  ['blocks of ten bytes', { blockSize: 10 }, { files: twoFiles(40_000), looks: 8000 }],
  ['blocks and read-ahead of ten bytes', { blockSize: 10, readAhead: 10 }, { files: twoFiles(40_000), looks: 8000 }],
  [
    '130,000 hashes in one inventory and a large maximum message',
    {},
    {
      link: { maxMessageSize: 64 * MiB, bytesPerTurn: 4 * MiB },
      meanwhile: ({ a }) => {
        a.session.sendPing();
        a.session.sendInventory(Array.from({ length: 130_000 }, (_, index) => hashOf(index)));
      },
    },
  ],
])) {
  test(`with ${what} a file arrives both ways and the event loop has its turn`, { timeout: 60_000 }, () =>
    exchangeWith(options, more),
  );
}

test('a text that needs more room than there is at the low mark waits without a spin', async () => {
  const fuse = new Fuse();
  const options = { highWaterMark: 8 * MiB, lowWaterMark: 8 * MiB - 1 };
  const party = await connectRaw({ options });
  const { session, link, peer } = party;
  const large = makeFile(18 * MiB);
  peer.say({ type: 'pull-request', transferId: session.sendImage(large.blob, large.hash) });
  await untilHeld(link, 'a', 8 * MiB);
  session.sendPing();
  const left = 8 * MiB - 5;
  link.drain('a', link.a.bufferedAmount - left - 1);
  Object.defineProperty(link.a, 'bufferedAmount', { get: () => (fuse.burn() ? left : 0), set() {} });
  link.a.dispatchEvent(new Event('bufferedamountlow'));
  await afterTurns(rounds);
  session.close();
  assert.equal(fuse.isBlown, false, 'the event loop had its turn');
});

test('marks that are the same in whole bytes are refused by name', () => {
  assert.throws(() => makeSession({ options: { highWaterMark: 1.5, lowWaterMark: 1.2 } }), {
    name: 'TypeError',
    message: /options\.lowWaterMark/,
  });
});

for (const count of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53, Infinity]) {
  test(`counts of ${count} are as many as there can be`, async () => {
    const party = await connectRaw({ options: { maxPendingPulls: count, maxPendingOffers: count } });
    const offered = party.session.sendImage(file.blob, file.hash);
    party.session.sendImage(file.blob, file.hash);
    for (const id of ['x', 'y']) party.session.pullFile(id);
    assert.ok(offered);
    assert.deepEqual([party.ends(), party.of('transferend')], [[], []]);
    assert.deepEqual([party.session.stats?.waitingPulls, party.session.stats?.pendingOffers], [2, 2]);
    party.session.close();
  });
}
