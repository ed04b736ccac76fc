// @ts-check
// A transfer that is given up by either side, at any moment: both hear of it, once and why; what follows goes on, and nothing is held.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { blobFrom, hashOf, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const file = makeFile(3 * MiB, { seed: 1 });
const next = makeFile(30 * KiB, { seed: 2 });
const turn = () => new Promise((resolve) => setImmediate(resolve));

const offer = ({ session }, { blob, hash, name }) => /** @type {string} */ (session.sendImage(blob, hash, false, name));

/** What was told of each id, in order: how it ended here, and the peer's word for it. */
const endsOf = (party, direction) =>
  party
    .of('transferend')
    .filter(({ event }) => event.direction === direction)
    .map(({ event: { transferId, error, receipt } }) => [
      transferId,
      error?.code ?? receipt ?? 'complete',
      ...(error?.peerReason ? [error.peerReason] : []),
    ]);

/** Each side has heard the other's hello. */
async function connect(given = {}) {
  const pair = await connectPair(given);
  while (pair.link.a.hasQueued || pair.link.b.hasQueued) await turn();
  return pair;
}

/** A path of a few KiB a turn, so that a file of some MiB runs for long. */
const connectSlow = (given = {}) => connect({ link: { bytesPerTurn: 50 * KiB, maxMessageSize: 16 * KiB }, ...given });

const untilRunning = (party, id) =>
  party.log.until(({ kind, event }) => kind === 'progress' && event.transferId === id);

/** Each side has told each of its ends, and holds nothing of a file any more. */
async function assertOver(pair, { sent, received }) {
  const { a, b, link } = pair;
  await a.log.untilAll(() => endsOf(a, 'send').length >= sent.length);
  await b.log.untilAll(() => endsOf(b, 'receive').length >= received.length);
  while (link.a.hasQueued || link.b.hasQueued) await turn();
  await turn();
  assert.deepEqual(endsOf(a, 'send'), sent);
  assert.deepEqual(endsOf(b, 'receive'), received);
  assert.equal(b.settled(), received.length, 'each by one callback');
  for (const { session } of [a, b]) {
    const { pendingOffers, queuedUploads, waitingPulls, unverifiedFiles, unconfirmedUploads } = session.stats ?? {};
    assert.deepEqual(
      { pendingOffers, queuedUploads, waitingPulls, unverifiedFiles, unconfirmedUploads },
      { pendingOffers: 0, queuedUploads: 0, waitingPulls: 0, unverifiedFiles: 0, unconfirmedUploads: 0 },
    );
  }
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
  for (const { session } of [a, b]) session.close();
}

const bytesOf = (link, from) =>
  link.log.entries.reduce((sum, entry) => sum + (entry.from === from ? (entry.bytes?.length ?? 0) : 0), 0);

// --- cancelPull -----------------------------------------------------------------------------------------------------

test('cancelPull of a file that runs: both sides hear of it, the rest is not sent, and the next file goes on', async () => {
  const pair = await connectSlow();
  const { a, b, link } = pair;
  const [running, waiting] = [file, next].map((each) => offer(a, each));
  for (const id of [running, waiting]) b.session.pullFile(id);
  await untilRunning(b, running);
  b.session.cancelPull(running);
  assert.deepEqual(endsOf(b, 'receive'), [[running, 'cancelled']], 'within the call');
  await assertOver(pair, {
    sent: [
      [running, 'aborted-by-peer', 'cancelled'],
      [waiting, 'delivered'],
    ],
    received: [
      [running, 'cancelled'],
      [waiting, 'complete'],
    ],
  });
  assert.ok(bytesOf(link, 'a') < 2 * MiB, `${bytesOf(link, 'a')} bytes`);
});

test('cancelPull of a file that waits behind another one', async () => {
  const pair = await connectSlow();
  const { a, b, link } = pair;
  const [running, waiting] = [file, next].map((each) => offer(a, each));
  for (const id of [running, waiting]) b.session.pullFile(id);
  await untilRunning(b, running);
  b.session.cancelPull(waiting);
  await assertOver(pair, {
    sent: [
      [waiting, 'aborted-by-peer', 'cancelled'],
      [running, 'delivered'],
    ],
    received: [
      [waiting, 'cancelled'],
      [running, 'complete'],
    ],
  });
  assert.equal(bytesOf(link, 'a'), file.bytes.length, 'not a byte of it');
});

test('cancelPull of a file that is looked up, or being verified', async () => {
  for (const options of [
    { partialStore: { take: () => new Promise(() => {}), keep: () => {} } },
    { digest: () => new Promise(() => {}) },
  ]) {
    const pair = await connect({ b: { options } });
    const { a, b } = pair;
    const id = offer(a, next);
    await b.untilEvent('offer-file');
    b.session.pullFile(id);
    for (let turns = 0; turns < 20; turns++) await turn();
    b.session.cancelPull(id);
    await assertOver(pair, { sent: [[id, 'aborted-by-peer', 'cancelled']], received: [[id, 'cancelled']] });
    assert.deepEqual([pair.clock.pendingTimers, b.of('image')], [0, []]);
  }
});

test('cancelPull of what was not pulled, or has ended, does nothing; from within its end neither', async () => {
  const pair = await connect();
  const { a, b, link } = pair;
  const id = offer(a, next);
  await b.untilEvent('offer-file');
  b.session.cancelPull(id);
  b.session.cancelPull('unknown');
  b.session.addEventListener('transferend', () => b.session.cancelPull(id));
  b.session.pullFile(id);
  await b.untilEnd(id);
  b.session.cancelPull(id);
  await assertOver(pair, { sent: [[id, 'delivered']], received: [[id, 'complete']] });
  assert.deepEqual(
    link.log.entries.filter(({ message }) => message?.type === 'transfer-cancel'),
    [],
  );
});

test('cancelPull from within a progress listener, and the file is pulled anew from within its end', async () => {
  const pair = await connectSlow();
  const { a, b } = pair;
  const again = offer(a, file);
  const first = offer(a, { ...file, name: 'first' });
  b.session.addEventListener('progress', ({ transferId }) => transferId === first && b.session.cancelPull(first), {
    once: true,
  });
  b.session.addEventListener('transferend', ({ error }) => error && b.session.pullFile(again));
  b.session.pullFile(first);
  await assertOver(pair, {
    sent: [
      [first, 'aborted-by-peer', 'cancelled'],
      [again, 'delivered'],
    ],
    received: [
      [first, 'cancelled'],
      [again, 'complete'],
    ],
  });
});

test('what was cancelled is wanted by nobody: another pull of it begins at the beginning', async () => {
  const party = await connectRaw();
  const { session, peer } = party;
  peer.greet();
  for (const id of ['first', 'second']) {
    peer.offer(next, id);
    session.pullFile(id);
    peer.meta(next, id);
    peer.say(next.bytes.subarray(0, 20_000));
    session.cancelPull(id);
  }
  assert.deepEqual(
    peer.heard('pull-request').map(({ offset }) => offset),
    [undefined, undefined],
  );
  session.close();
  assert.equal(party.clock.pendingTimers, 0, 'nor kept');
});

test('cancelPull towards a classic peer: the pull ends, the rest passes, and the next file arrives', async () => {
  const party = await connectClassic({ link: { bytesPerTurn: 50 * KiB } });
  const { session, classic } = party;
  const [first, second] = [file, next].map((each) => classic.offer(each));
  for (const id of [first, second]) session.pullFile(id);
  await untilRunning(party, first);
  session.cancelPull(first);
  await party.untilSettled(2);
  assert.deepEqual(party.ends(), [
    [first, 'cancelled'],
    [second, 'image'],
  ]);
  assert.ok((session.stats?.droppedBytes ?? 0) > MiB);
  session.close();
});

// --- withdraw -------------------------------------------------------------------------------------------------------

test('withdraw of an offer: it ends here, the peer is told, and a pull of it is not asked for', async () => {
  const pair = await connect();
  const { a, b, link } = pair;
  const [taken, kept] = [file, next].map((each) => offer(a, each));
  a.session.withdraw(taken);
  assert.deepEqual(endsOf(a, 'send'), [[taken, 'withdrawn']], 'within the call');
  a.session.withdraw(taken);
  a.session.withdraw('unknown');
  await b.log.until(({ kind }) => kind === 'offerwithdrawn');
  assert.deepEqual(
    b.of('offerwithdrawn').map(({ event }) => event.transferId),
    [taken],
  );
  b.session.pullFile(kept);
  await assertOver(pair, {
    sent: [
      [taken, 'withdrawn'],
      [kept, 'delivered'],
    ],
    received: [[kept, 'complete']],
  });
  assert.equal(link.log.entries.filter(({ message }) => message?.type === 'offer-withdraw').length, 1);
});

for (const [what, when] of /** @type {const} */ ([
  ['runs', 'running'],
  ['waits behind another one', 'waiting'],
])) {
  test(`withdraw of a file that ${what}: both sides hear of it, and the other file arrives`, async () => {
    const pair = await connectSlow();
    const { a, b } = pair;
    const ids = { running: offer(a, file), waiting: offer(a, next) };
    for (const id of Object.values(ids)) b.session.pullFile(id);
    await untilRunning(b, ids.running);
    const [taken, other] = when === 'running' ? [ids.running, ids.waiting] : [ids.waiting, ids.running];
    a.session.withdraw(taken);
    await assertOver(pair, {
      sent: [
        [taken, 'withdrawn'],
        [other, 'delivered'],
      ],
      received: [
        [taken, 'aborted-by-peer', 'withdrawn'],
        [other, 'complete'],
      ],
    });
  });
}

test('withdraw while the pull is on its way: the pull ends at once and not by its timer', async () => {
  const pair = await connectPair({ link: { drain: 'manual' } });
  const { a, b, link } = pair;
  link.drainAll();
  const id = offer(a, next);
  link.drainAll();
  b.session.pullFile(id);
  a.session.withdraw(id);
  link.setAuto(true);
  await assertOver(pair, { sent: [[id, 'withdrawn']], received: [[id, 'aborted-by-peer', 'withdrawn']] });
});

test('withdraw of what is in the channel whole does nothing', async () => {
  const pair = await connectPair({ link: { drain: 'manual' } });
  const { a, b, link } = pair;
  link.drainAll();
  const id = offer(a, next);
  link.drainAll();
  b.session.pullFile(id);
  link.drain('b');
  while (bytesOf(link, 'a') < next.bytes.length) await turn();
  a.session.withdraw(id);
  link.setAuto(true);
  await assertOver(pair, { sent: [[id, 'delivered']], received: [[id, 'complete']] });
});

test('what is given up is let go of: nothing reads it any more', async () => {
  for (const by of ['cancelPull', 'withdraw']) {
    const pair = await connectSlow({ a: { options: { blockSize: 64 * KiB } } });
    const { a, b } = pair;
    let cancelled = 0;
    const blob = blobFrom(file.bytes.length, (start, end) => file.bytes.slice(start, end));
    const { stream } = blob;
    Object.defineProperty(blob, 'stream', {
      value: () => {
        const reader = stream.call(blob).getReader();
        return { getReader: () => ({ read: () => reader.read(), cancel: async () => void (cancelled += 1) }) };
      },
    });
    const id = /** @type {string} */ (a.session.sendImage(blob, file.hash));
    b.session.pullFile(id);
    await untilRunning(b, id);
    if (by === 'withdraw') a.session.withdraw(id);
    else b.session.cancelPull(id);
    await Promise.all([a.untilEnd(id, 'send'), b.untilEnd(id)]);
    await turn();
    assert.equal(cancelled, 1, by);
    for (const { session } of [a, b]) session.close();
  }
});

// --- Other ends of a pull that the sender hears of ------------------------------------------------------------------

for (const [reason, given, hash] of /** @type {[string, any, string?][]} */ ([
  ['refused', { on: { mayReceive: () => false } }],
  ['hash-mismatch', {}, hashOf('another')],
  ['hash-failed', { options: { digest: () => Promise.reject(new Error('no')) } }],
])) {
  test(`a pull that ends with ${reason} is told to the sender, with that reason`, async () => {
    const pair = await connect({ b: given });
    const id = offer(pair.a, { ...next, hash: hash ?? next.hash });
    await pair.b.untilEvent('offer-file');
    pair.b.session.pullFile(id);
    await assertOver(pair, { sent: [[id, 'aborted-by-peer', reason]], received: [[id, reason]] });
  });
}

test('a reason that this version does not know is none', async () => {
  const party = await connectRaw();
  party.peer.greet();
  const ids = [1, 2, 3].map((seed) => offer(party, makeFile(10, { seed })));
  for (const [index, reason] of ['because', 'toString', undefined].entries()) {
    party.peer.say({ type: 'transfer-cancel', transferId: ids[index], reason });
  }
  assert.deepEqual(
    endsOf(party, 'send'),
    ids.map((id) => [id, 'aborted-by-peer']),
  );
  party.session.close();
});

// --- Arguments ------------------------------------------------------------------------------------------------------

for (const method of /** @type {const} */ (['cancelPull', 'withdraw'])) {
  test(`${method} takes an id, and does nothing on a session that is over or was not begun`, async () => {
    const party = await connectRaw();
    for (const wrong of [undefined, null, '', 5, {}]) {
      assert.throws(() => party.session[method](/** @type {any} */ (wrong)), {
        name: 'TypeError',
        message: /transferId/,
      });
    }
    party.session.close();
    party.session[method]('x');
    assert.deepEqual([party.of('transferend'), party.reports()], [[], []]);
  });
}
