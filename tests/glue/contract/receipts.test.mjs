// @ts-check
// What a sender says of a file: that it was sent, or that it was delivered; and when nothing is under way any more.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { KiB, makeFile } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const file = makeFile(25 * KiB);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const seconds = (count) => count * 1000;

const offer = ({ session }, { blob, hash, name }) => /** @type {string} */ (session.sendImage(blob, hash, false, name));
const pullsAll = {
  event: (type, self, { transferId } = /** @type {any} */ ({})) => type === 'offer-file' && self.pullFile(transferId),
};
const sendEnds = (party) => party.of('transferend').flatMap(({ event }) => (event.direction === 'send' ? [event] : []));

/** The option `digest`, which answers when the test says so. */
function gatedDigest() {
  let open = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(undefined)));
  const digest = async (content) => {
    await gate;
    return crypto.subtle.digest('SHA-256', content);
  };
  return { options: { digest }, open: () => open() };
}

async function connect(given = {}) {
  const pair = await connectPair(given);
  while (pair.link.a.hasQueued || pair.link.b.hasQueued) await turn();
  return pair;
}

/** A file that has left the channel whole, to a peer that greeted so. */
async function sent(greeting) {
  const party = await connectRaw();
  if (greeting) party.peer.greet(greeting);
  const id = offer(party, file);
  party.peer.say({ type: 'pull-request', transferId: id });
  await party.link.log.untilAll(
    (entries) => entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0) === 25 * KiB,
  );
  assert.deepEqual(sendEnds(party), [], 'it is in the channel');
  party.link.drain('a');
  return { ...party, party, id };
}

// --- Receipts -------------------------------------------------------------------------------------------------------

test('a file is delivered when the other side has it whole and verified, and not before', async () => {
  const { options, open } = gatedDigest();
  const { a, b } = await connect({ b: { options, on: pullsAll } });
  const id = offer(a, file);
  while (b.session.stats?.unverifiedFiles !== 1) await turn();
  for (let turns = 0; turns < 5; turns++) await turn();
  assert.deepEqual([sendEnds(a), a.session.stats?.queuedUploads, a.session.stats?.unconfirmedUploads], [[], 0, 1]);
  open();
  const { outcome, receipt, error } = await a.untilEnd(id, 'send');
  assert.deepEqual([outcome, receipt, error], ['complete', 'delivered', undefined]);
  assert.deepEqual([b.of('image').length, a.session.stats?.unconfirmedUploads], [1, 0]);
  assert.equal((await b.untilEnd(id)).receipt, undefined, 'it says what is known of a file that was sent');
  for (const { session } of [a, b]) session.close();
});

test('a classic peer confirms nothing: the file is sent when its last byte has left', async () => {
  const { session, classic, ...party } = await connectClassic();
  const id = /** @type {string} */ (session.sendImage(file.blob, file.hash));
  await classic.log.until(({ kind }) => kind === 'offer');
  classic.pull(id);
  const { event } = await party.log.until(({ kind }) => kind === 'transferend');
  assert.deepEqual([event.outcome, event.receipt, session.stats?.unconfirmedUploads], ['complete', 'sent', 0]);
  session.close();
});

for (const [what, greeting] of /** @type {[string, any][]} */ ([
  ['a peer that has not greeted', undefined],
  ['a peer that greets and does not confirm', { features: ['cancel', 'resume', 'credit'] }],
])) {
  test(`for ${what} it is sent, too`, async () => {
    const { party } = await sent(greeting);
    assert.deepEqual(
      sendEnds(party).map(({ receipt }) => receipt),
      ['sent'],
    );
    assert.deepEqual([party.session.stats?.unconfirmedUploads, party.clock.pendingTimers > 1], [0, false]);
    party.session.close();
  });
}

test('a receipt that does not come within a minute leaves it sent, once', async () => {
  const { party, id, clock } = await sent({});
  assert.deepEqual([sendEnds(party), party.session.stats?.unconfirmedUploads], [[], 1]);
  clock.advance(seconds(60) - 1);
  assert.deepEqual(sendEnds(party), []);
  clock.advance(1);
  party.peer.say({ type: 'transfer-done', transferId: id });
  clock.advance(seconds(600));
  assert.deepEqual(
    sendEnds(party).map(({ receipt }) => receipt),
    ['sent'],
  );
  assert.deepEqual([party.session.stats?.unconfirmedUploads, party.reports()], [0, []]);
  party.session.close();
  assert.equal(clock.pendingTimers, 0);
});

for (const [how, end] of /** @type {[string, (party: any) => void][]} */ ([
  ['close() of this side', ({ session }) => session.close()],
  ['the bye of the other', ({ peer }) => peer.say({ type: 'bye' })],
])) {
  test(`${how} is no receipt: what has left was sent, and is told before the close`, async () => {
    const { party } = await sent({});
    end(party);
    assert.deepEqual(
      sendEnds(party).map(({ receipt, error }) => [receipt, error]),
      [['sent', undefined]],
    );
    const kinds = party.log.entries.map(({ kind }) => kind);
    assert.ok(kinds.indexOf('transferend') < kinds.indexOf('close'));
    assert.equal(party.session.stats, undefined);
  });
}

test('receipts of what was not sent are none', async () => {
  const party = await connectRaw();
  party.peer.greet();
  const id = offer(party, file);
  for (const transferId of [id, 'unknown']) party.peer.say({ type: 'transfer-done', transferId });
  assert.deepEqual([sendEnds(party), party.session.stats?.pendingOffers], [[], 1]);
  party.session.close();
  assert.deepEqual(
    sendEnds(party).map(({ outcome, receipt }) => [outcome, receipt]),
    [['failed', undefined]],
  );
});

// --- drained() ------------------------------------------------------------------------------------------------------

/** Whether it has been told. */
function watch(promise) {
  const seen = { isSo: false };
  void promise.then((value) => Object.assign(seen, { isSo: true, value }));
  return seen;
}

test('drained() resolves at once where nothing is under way, on a session that was not begun or is over too', async () => {
  const party = await connectRaw();
  assert.equal(await party.session.drained(), undefined);
  const offered = offer(party, file);
  party.link.drain('a');
  await party.session.drained();
  assert.deepEqual(
    [typeof offered, party.session.stats?.pendingOffers],
    ['string', 1],
    'what nobody pulled is not awaited',
  );
  party.session.close();
  await party.session.drained();
});

test('drained() waits for what the channel holds', async () => {
  const party = await connectRaw();
  party.session.sendPing();
  const seen = watch(party.session.drained());
  await turn();
  assert.equal(seen.isSo, false);
  party.link.drain('a');
  await turn();
  assert.equal(seen.isSo, true);
  party.session.close();
});

test('drained() waits for files and their receipts, and then the peer has them', async () => {
  const { options, open } = gatedDigest();
  const { a, b } = await connect({ link: { bytesPerTurn: 10 * KiB }, b: { options, on: pullsAll } });
  const ids = [1, 2, 3].map((seed) => offer(a, makeFile(40 * KiB, { seed })));
  while (b.session.stats?.waitingPulls === 0) await turn();
  while (a.session.stats?.queuedUploads === 0) await turn();
  const seen = [watch(a.session.drained()), watch(a.session.drained())];
  while (b.session.stats?.unverifiedFiles !== 3) await turn();
  for (let turns = 0; turns < 5; turns++) await turn();
  assert.deepEqual(
    seen.map(({ isSo }) => isSo),
    [false, false],
  );
  const drained = a.session.drained();
  open();
  await drained;
  assert.deepEqual(
    b.ends(),
    ids.map((id) => [id, 'image']),
  );
  assert.deepEqual(
    sendEnds(a).map(({ receipt }) => receipt),
    ['delivered', 'delivered', 'delivered'],
    'each end is told before it',
  );
  await turn();
  assert.deepEqual(
    seen.map(({ isSo }) => isSo),
    [true, true],
  );
  for (const { session } of [a, b]) session.close();
});

for (const [how, end] of /** @type {[string, (party: any) => void][]} */ ([
  ['close()', ({ session }) => session.close()],
  ['the bye of the peer', ({ peer }) => peer.say({ type: 'bye' })],
  ['the end of the channel of a classic peer', ({ link }) => link.close()],
  ['a failing connection', ({ pc }) => pc.become('failed')],
])) {
  test(`drained() resolves with ${how}, and rejects never`, async () => {
    const party = await connectRaw({ options: { recoveryTimeout: 0 } });
    if (how.includes('bye')) party.peer.greet();
    const id = offer(party, file);
    party.peer.say({ type: 'pull-request', transferId: id });
    await party.link.log.until(({ message }) => message?.type === 'meta');
    const seen = watch(party.session.drained());
    await turn();
    assert.equal(seen.isSo, false);
    end(party);
    await turn();
    assert.deepEqual(seen, { isSo: true, value: undefined });
    assert.equal(sendEnds(party).length, 1, 'the end of the file is told');
  });
}

test('close() after drained() takes nothing from anyone', async () => {
  const { a, b } = await connect({ link: { bytesPerTurn: 10 * KiB }, b: { on: pullsAll } });
  const ids = [1, 2, 3].map((seed) => offer(a, makeFile(40 * KiB, { seed })));
  while (a.session.stats?.queuedUploads === 0) await turn();
  await a.session.drained();
  a.session.close();
  await b.log.until(({ kind }) => kind === 'close');
  assert.deepEqual(
    b.ends(),
    ids.map((id) => [id, 'image']),
  );
});
