// @ts-check
// The default deadlines of a sender and of a receiver, together: whatever takes long on one side ends there, with its own
// code, before the other side gives up.
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession as SignedSession } from 'peer-session/signed';
import { connectClassic } from '../support/classic-peer.mjs';
import { KiB, makeFile, MiB } from '../support/files.mjs';
import { makeIdentity } from '../support/identity.mjs';
import { connectSlowPair, digestAtOnce, flow, offer, readAtOnce, readSlowly, seconds } from '../support/slow-path.mjs';

const file = makeFile(50 * KiB);
const large = makeFile(6 * MiB, { seed: 2 });
const quick = [3, 4].map((seed) => readAtOnce(makeFile(10 * KiB, { seed })));
/** Where a read begins that is not the file's first. */
const later = 5 * MiB;

const sendEnds = (party) =>
  party
    .of('transferend')
    .filter(({ event }) => event.direction === 'send')
    .map(({ event }) => event.error?.code ?? 'complete');

/** What takes long at the sender, in milliseconds; and whether bytes of it went out before. */
const slowReads = /** @type {[string, (clock: any, ms: number) => any][]} */ ([
  ['the read of a file', (clock, ms) => readSlowly(file, clock, ms)],
  ['the first read of a large file', (clock, ms) => readSlowly(large, clock, ms)],
  ['a later read of a large file', (clock, ms) => readSlowly(large, clock, ms, { at: later })],
]);

for (const [what, slowFile] of slowReads) {
  test(`${what} takes 9 s: it arrives, and so do those behind it`, async () => {
    const path = await connectSlowPair();
    const { a, b, clock } = path;
    const ids = [slowFile(clock, seconds(9)), ...quick].map((each) => offer(a, each));
    for (const id of ids) b.session.pullFile(id);
    const took = await flow(path, () => b.settled() === 3);
    assert.deepEqual(
      b.ends(),
      ids.map((id) => [id, 'image']),
    );
    assert.ok(took >= seconds(9));
    await flow(path, () => sendEnds(a).length === 3);
    assert.deepEqual(sendEnds(a), ['complete', 'complete', 'complete']);
    for (const party of [a, b]) party.session.close();
  });

  test(`${what} takes 11 s: both sides say so after 10, and those behind it arrive`, async () => {
    const path = await connectSlowPair();
    const { a, b, clock } = path;
    const ids = [slowFile(clock, seconds(11)), ...quick].map((each) => offer(a, each));
    for (const id of ids) b.session.pullFile(id);
    const took = await flow(path, () => b.settled() === 3);
    assert.deepEqual(b.ends(), [
      [ids[0], 'aborted-by-peer'],
      [ids[1], 'image'],
      [ids[2], 'image'],
    ]);
    assert.ok(took >= seconds(10) && took < seconds(11), String(took));
    await flow(path, () => sendEnds(a).length === 3);
    assert.deepEqual(sendEnds(a), ['read-timeout', 'complete', 'complete']);
    for (const party of [a, b]) party.session.close();
  });

  test(`${what} takes 9 s, with a classic peer waiting: its own timers bear it`, async () => {
    const party = await connectClassic({ link: { drain: 'manual' } });
    const { classic, session, clock } = party;
    const ids = [slowFile(clock, seconds(9)), quick[0]].map((each) => offer(party, each));
    await flow(party, () => classic.of('offer').length === 2);
    for (const id of ids) classic.pull(id);
    await flow(party, () => classic.of('image').length === 2);
    assert.deepEqual(
      classic.of('image').map(({ meta }) => meta.transferId),
      ids,
    );
    clock.advance(seconds(60));
    assert.deepEqual(classic.of('transfer-error'), []);
    session.close();
  });

  test(`${what} takes 11 s, with a classic peer waiting: the next file arrives before its timer ends`, async () => {
    const party = await connectClassic({ link: { drain: 'manual' } });
    const { classic, session, clock } = party;
    const ids = [slowFile(clock, seconds(11)), quick[0]].map((each) => offer(party, each));
    await flow(party, () => classic.of('offer').length === 2);
    for (const id of ids) classic.pull(id);
    const took = await flow(party, () => classic.of('image').length === 1);
    assert.equal(classic.of('image')[0].meta.transferId, ids[1]);
    assert.ok(took < seconds(15), 'which is what a classic pull waits');
    assert.ok(!classic.of('transfer-error').some(({ transferId }) => transferId === ids[1]));
    session.close();
  });
}

test('many files that cannot be read in time, one behind the other, cost ten seconds together', async () => {
  const path = await connectSlowPair();
  const { a, b, clock } = path;
  const slow = Array.from({ length: 10 }, (_, seed) => readSlowly(makeFile(1000, { seed }), clock, seconds(3600)));
  const ids = [...slow, quick[0]].map((each) => offer(a, each));
  for (const id of ids) b.session.pullFile(id);
  const took = await flow(path, () => b.settled() === 11);
  assert.deepEqual(
    b.ends(),
    ids.map((id, index) => [id, index < 10 ? 'aborted-by-peer' : 'image']),
  );
  assert.ok(took < seconds(11), String(took));
  for (const party of [a, b]) party.session.close();
});

// --- Signing --------------------------------------------------------------------------------------------------------

const [alice, bob] = await Promise.all([makeIdentity(), makeIdentity()]);

/** What a real key takes real time for would let the virtual time run ahead, so the answer is a text; it need not hold. */
function slowSigner(clock, milliseconds) {
  return {
    ...alice,
    signMetadata: async () => {
      await new Promise((resolve) => clock().setTimeout(() => resolve(undefined), milliseconds));
      return 'c2lnbmF0dXJl';
    },
  };
}

/** Two files of a peer that takes so long to sign each. */
async function withSlowSigner(milliseconds) {
  const identity = slowSigner(() => path.clock, milliseconds);
  const path = await connectSlowPair({
    a: { Session: SignedSession, identity },
    b: { Session: SignedSession, identity: bob },
  });
  const { a, b } = path;
  await Promise.all(
    quick.map(({ blob, hash }) =>
      /** @type {any} */ (a.session).sendImage(blob, hash, { originalSenderId: alice.peerId }),
    ),
  );
  await flow(path, () => b.offers().length === 2);
  for (const { transferId } of b.offers()) b.session.pullFile(transferId);
  return path;
}
const metas = ({ link }) =>
  link.log.entries
    .filter(({ from, message }) => from === 'a' && message?.type === 'meta')
    .map(({ message }) => message);

test('a signature that takes 9 s is waited for, and the receiver waits for it', async () => {
  const path = await withSlowSigner(seconds(9));
  const { a, b } = path;
  const took = await flow(path, () => b.of('progress').length >= 2);
  assert.ok(took >= seconds(9) && took < seconds(10), 'both at the same time');
  assert.deepEqual(
    metas(path).map(({ signature }) => signature),
    ['c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
  );
  assert.deepEqual([a.reports(), b.of('transfer-error')], [[], []]);
  for (const party of [a, b]) party.session.close();
});

test('a signature that takes 11 s is not: after 10 the file goes out without, before the receiver gives up', async () => {
  const path = await withSlowSigner(seconds(11));
  const { a, b } = path;
  const took = await flow(path, () => b.settled() === 2);
  assert.ok(took >= seconds(10) && took < seconds(11), String(took));
  assert.deepEqual(
    metas(path).map(({ signature }) => signature),
    [undefined, undefined],
  );
  assert.deepEqual(
    b.ends().map(([, end]) => end),
    ['image', 'image'],
  );
  assert.deepEqual(a.reports(), ['sign-failed', 'sign-failed']);
  for (const party of [a, b]) party.session.close();
});

test('a signature that takes 11 s, with a classic peer waiting, costs no pull of it', async () => {
  const identity = slowSigner(() => party.clock, seconds(11));
  const party = await connectClassic({ Session: SignedSession, identity, link: { drain: 'manual' } });
  const { classic, session } = party;
  await Promise.all(
    quick.map(({ blob, hash }) =>
      /** @type {any} */ (session).sendImage(blob, hash, { originalSenderId: alice.peerId }),
    ),
  );
  await flow(party, () => classic.of('offer').length === 2);
  for (const { message } of classic.of('offer')) classic.pull(message.transferId);
  const took = await flow(party, () => classic.of('image').length === 2);
  assert.ok(took < seconds(15), String(took));
  assert.deepEqual(classic.of('transfer-error'), []);
  session.close();
});

// --- The receiver ---------------------------------------------------------------------------------------------------

test('a hash that takes 29 s holds up no other pull, and of the sender nothing but the receipts', async () => {
  const hashes = [];
  const path = await connectSlowPair({
    b: {
      options: {
        digest: async (content) => {
          if (content.length === large.bytes.length) {
            await new Promise((resolve) => path.clock.setTimeout(() => resolve(undefined), seconds(29)));
          }
          hashes.push(content.length);
          return digestAtOnce(content);
        },
      },
    },
  });
  const { a, b } = path;
  const ids = [readAtOnce(large), ...quick].map((each) => offer(a, each));
  for (const id of ids) b.session.pullFile(id);
  const sent = await flow(path, () => a.session.stats?.unconfirmedUploads === 3);
  assert.ok(sent < seconds(5), String(sent));
  assert.deepEqual([sendEnds(a), a.session.stats?.queuedUploads], [[], 0]);
  await flow(path, () => b.settled() === 3);
  await flow(path, () => sendEnds(a).length === 3);
  assert.deepEqual(
    a.of('transferend').map(({ event }) => event.receipt),
    ['delivered', 'delivered', 'delivered'],
  );
  assert.deepEqual(
    b.ends(),
    ids.map((id) => [id, 'image']),
    'in the order they came',
  );
  assert.equal(hashes.at(-1), large.bytes.length);
  for (const party of [a, b]) party.session.close();
});

test('a classic sender may read for 29 s; beyond 30 that file alone is given up', async () => {
  const party = await connectClassic({ link: { drain: 'manual' }, options: { digest: digestAtOnce } });
  const { classic, clock } = party;
  const pull = async (milliseconds) => {
    const ids = [readSlowly(file, clock, milliseconds), quick[0]].map((each) => classic.offer(each));
    for (const id of ids) party.session.pullFile(id);
    const before = party.settled();
    await flow(party, () => party.settled() === before + 2);
    return party
      .ends()
      .slice(before)
      .map(([, end]) => end);
  };
  // Its `meta` goes out before it reads, so that a file runs meanwhile.
  assert.deepEqual(await pull(seconds(14)), ['image', 'image']);
  assert.deepEqual(await pull(seconds(29)), ['image', 'image']);
  assert.deepEqual(await pull(seconds(31)), ['stalled', 'image']);
  assert.deepEqual(party.reports(), []);
  party.session.close();
});
