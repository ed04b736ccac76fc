// @ts-check
// When this side says of a file that it was sent: when the channel has sent it, or the peer has it. What the channel still holds at
// the end was not, though close() lets it go out.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { KiB, makeFile, MiB } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';
import { connectSlowPair, flow, megabits, offer, pullsAll, readAtOnce } from '../support/slow-path.mjs';

const file = readAtOnce(makeFile(20 * KiB));
const next = readAtOnce(makeFile(10 * KiB, { seed: 2 }));
const turn = () => new Promise((resolve) => setImmediate(resolve));
const pull = (transferId) => ({ type: 'pull-request', transferId });
const sendEnds = (party) =>
  party
    .of('transferend')
    .filter(({ event }) => event.direction === 'send')
    .map(({ event }) => [event.transferId, event.error?.code ?? 'complete']);

/** A file that was handed to the channel whole, and of which nothing has left. */
async function handedOver(files = [file]) {
  const party = await connectRaw({ link: { maxMessageSize: 16 * KiB } });
  const ids = files.map((each) => offer(party, each));
  party.link.drain('a');
  for (const id of ids) party.peer.say(pull(id));
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  while (party.link.a.bufferedAmount < size) await turn();
  return { party, ids };
}

test('a file is complete with its last byte out of the channel, not before', async () => {
  const { party, ids } = await handedOver();
  assert.equal(party.of('progress').at(-1).event.bytes, 20 * KiB, 'though all of it was handed over');
  assert.deepEqual([sendEnds(party), party.session.stats?.queuedUploads], [[], 1]);
  party.link.drain('a', party.link.a.bufferedAmount - 1);
  assert.deepEqual([sendEnds(party), party.session.stats?.queuedUploads], [[], 1]);
  party.link.drain('a', 1);
  assert.deepEqual([sendEnds(party), party.session.stats?.queuedUploads], [[[ids[0], 'complete']], 0]);
  party.session.close();
});

test('it is complete though others lie behind it in the channel', async () => {
  const { party, ids } = await handedOver([file, next]);
  party.link.drain('a', party.link.a.bufferedAmount - 10 * KiB);
  assert.deepEqual(sendEnds(party), [[ids[0], 'complete']]);
  assert.equal(party.link.a.bufferedAmount, 10 * KiB);
  party.link.drain('a');
  assert.deepEqual(sendEnds(party)[1], [ids[1], 'complete']);
  party.session.close();
});

test('text behind it, without end, does not keep it from being complete', async () => {
  const { party, ids } = await handedOver();
  let left = party.link.a.bufferedAmount;
  while (left > 0) {
    party.session.sendPing();
    party.link.drain('a', Math.min(left, 4 * KiB));
    left -= 4 * KiB;
  }
  party.session.sendPing();
  assert.ok(party.link.a.bufferedAmount > 0);
  assert.deepEqual(sendEnds(party), [[ids[0], 'complete']]);
  party.session.close();
});

test('an empty file is complete when its meta has left', async () => {
  const party = await connectRaw();
  const id = offer(party, readAtOnce(makeFile(0)));
  party.link.drain('a');
  party.peer.say(pull(id));
  await turn();
  assert.deepEqual([party.peer.heard('meta').length, sendEnds(party)], [1, []]);
  party.link.drain('a');
  assert.deepEqual(sendEnds(party), [[id, 'complete']]);
  party.session.close();
});

for (const [what, end, code] of /** @type {[string, (party: any) => void, string][]} */ ([
  ['close()', ({ session }) => session.close(), 'closed'],
  ['the end of the channel', ({ link }) => link.close(), 'closed'],
  ['a failing channel', ({ link }) => link.fail(), 'channel-error'],
  ['a failing connection', ({ pc }) => pc.become('failed'), 'channel-error'],
])) {
  test(`${what} says of each file whether it was sent: of the last byte that is still there, too`, async () => {
    const { party, ids } = await handedOver([file, next]);
    party.link.drain('a', party.link.a.bufferedAmount - 10 * KiB);
    party.link.drain('a', 10 * KiB - 1);
    assert.equal(party.link.a.bufferedAmount, 1);
    end(party);
    assert.deepEqual(sendEnds(party), [
      [ids[0], 'complete'],
      [ids[1], code],
    ]);
    party.clock.advance(600_000);
    await turn();
    assert.equal(sendEnds(party).length, 2, 'once each');
  });
}

test('close() finds out itself what has left: no event needs to have told it', async () => {
  const { party, ids } = await handedOver();
  // As in the moment between the last byte's leaving and the event, which is a task of its own.
  party.link.a.bufferedAmount = 0;
  party.session.close();
  assert.deepEqual(sendEnds(party), [[ids[0], 'complete']]);
});

/** What the sender called complete, and what the receiver has; both by id. */
function stories({ a, b }) {
  const complete = sendEnds(a).flatMap(([id, end]) => (end === 'complete' ? [id] : []));
  const closed = sendEnds(a).flatMap(([id, end]) => (end === 'closed' ? [id] : []));
  const failed = sendEnds(a).flatMap(([id, end]) => (end === 'channel-error' ? [id] : []));
  const arrived = b.ends().flatMap(([id, end]) => (end === 'image' ? [id] : []));
  return { complete, closed, failed, arrived };
}

for (const count of [1, 2, 3, 5]) {
  test(`close() in answer to the ${count}. complete file loses none that was called so, and no end is missing`, async () => {
    const path = await connectSlowPair({ link: { maxMessageSize: 16 * KiB }, b: { on: pullsAll } });
    const { a, b } = path;
    a.session.addEventListener('transferend', () => sendEnds(a).length === count && a.session.close());
    const ids = Array.from({ length: 6 }, (_, seed) => offer(a, readAtOnce(makeFile(300 * KiB + seed, { seed }))));
    await flow(path, () => b.of('close').length === 1, { bytesPerSecond: megabits(4) });
    const { complete, closed, arrived } = stories(path);
    // Two that leave with the same event are complete together.
    assert.ok(complete.length >= count && complete.length < 6, String(complete.length));
    assert.deepEqual([...complete, ...closed], ids, 'each file has one end');
    // And at the most one more, which was in the channel whole.
    assert.deepEqual(arrived.slice(0, complete.length), complete);
    assert.ok(arrived.length <= complete.length + 1, String(arrived));
    assert.deepEqual(
      b
        .ends()
        .map(([id]) => id)
        .sort(),
      [...ids].sort(),
    );
  });
}

for (const percent of [0, 10, 50, 90, 99, 100]) {
  /** Four files lie in the channel, and so much of them leaves. */
  const connectWithFour = async () => {
    const options = { recoveryTimeout: 0 };
    const path = await connectSlowPair({
      link: { maxMessageSize: 16 * KiB },
      a: { options },
      b: { options, on: pullsAll },
    });
    const { a, b, link } = path;
    const ids = Array.from({ length: 4 }, (_, seed) => offer(a, readAtOnce(makeFile(7 * KiB, { seed }))));
    await flow(path, () => b.of('offer-file').length === 4 || b.session.stats?.waitingPulls === 4, {
      bytesPerSecond: megabits(1),
    });
    await flow(path, () => link.a.bufferedAmount > 28 * KiB, { bytesPerSecond: 0 });
    link.drain('a', (link.a.bufferedAmount * percent) / 100);
    return { path, ids, left: Math.floor((4 * percent) / 100) };
  };

  test(`close() when ${percent} % have left: what was called sent arrives, and so does the rest`, async () => {
    const { path, ids, left } = await connectWithFour();
    path.a.session.close();
    const { complete, closed } = stories(path);
    assert.deepEqual([...complete, ...closed], ids);
    assert.ok(complete.length === left || complete.length === left + 1, String(complete));
    await flow(path, () => path.b.of('close').length === 1);
    assert.deepEqual(stories(path).arrived, ids);
    assert.deepEqual(sendEnds(path.a).length, 4, 'once each');
  });

  test(`a channel that fails when ${percent} % have left: both sides tell the same story`, async () => {
    const { path, ids } = await connectWithFour();
    path.link.fail();
    await flow(path, () => path.b.of('close').length === 1 && path.a.of('close').length === 1);
    const { complete, failed, arrived } = stories(path);
    assert.deepEqual([...complete, ...failed], ids);
    assert.deepEqual(arrived, complete);
  });
}

test('a file is complete for a classic peer with its last byte, too, and close() then loses nothing', async () => {
  const party = await connectClassic({ link: { drain: 'manual', maxMessageSize: 16 * KiB } });
  const { session, classic } = party;
  const id = offer(party, readAtOnce(makeFile(2 * MiB)));
  session.addEventListener('transferend', () => session.close());
  await flow(party, () => classic.of('offer').length === 1);
  classic.pull(id);
  await flow(party, () => party.of('close').length === 1, { bytesPerSecond: megabits(8) });
  assert.deepEqual(sendEnds(party), [[id, 'complete']]);
  assert.equal(classic.of('image').length, 1);
});
