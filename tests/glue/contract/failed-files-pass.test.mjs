// @ts-check
// A file that this side does not want: a session of this kind is told, and stops. A classic peer sends it all the same: its bytes
// are dropped, and show that the peer's queue moves on to what is wanted.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { KiB, makeFile, MiB } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';
import {
  connectSlowPair,
  digestAtOnce,
  flow,
  megabits,
  offer,
  pause,
  readAtOnce,
  seconds,
} from '../support/slow-path.mjs';

const big = readAtOnce(makeFile(4 * MiB, { seed: 1, name: 'unwanted' }));
const wanted = [2, 3].map((seed) => readAtOnce(makeFile(10 * KiB, { seed })));
/** At this rate the unwanted file takes over two minutes. */
const bytesPerSecond = megabits(0.25);

/** No memory for a buffer of that size, as on a phone; for as long as the test runs. */
function withoutMemoryFor(t, size) {
  const { Uint8Array: Original } = globalThis;
  const construct = (target, args, newTarget) => {
    if (args[0] === size) throw new RangeError('Array buffer allocation failed');
    return Reflect.construct(target, args, newTarget);
  };
  globalThis.Uint8Array = new Proxy(Original, { construct });
  t.after(() => (globalThis.Uint8Array = Original));
}

/** How the receiving side gets rid of the big file. */
const failures = /** @type {[string, string, (t: any) => any][]} */ ([
  [
    'refused',
    'refused',
    () => {
      let asked = 0;
      return { on: { mayReceive: () => ++asked > 1 } };
    },
  ],
  ['too large', 'too-large', () => ({ options: { maxFileSize: MiB } })],
  [
    'more than there is memory for',
    'out-of-memory',
    (t) => {
      withoutMemoryFor(t, big.bytes.length);
      return {};
    },
  ],
  ['too slow', 'too-slow', () => ({ options: { transferTimeout: seconds(90) } })],
]);

for (const [what, code, receiver] of failures) {
  test(`a session of this kind is told that its file is ${what}, stops sending it, and goes on with the others`, async (t) => {
    const path = await connectSlowPair({ b: receiver(t) });
    const { a, b, link } = path;
    const ids = [big, ...wanted].map((file) => offer(a, file));
    for (const id of ids) b.session.pullFile(id);
    const took = await flow(path, () => b.settled() === 3, { bytesPerSecond, within: seconds(300) });
    assert.deepEqual(b.ends(), [
      [ids[0], code],
      [ids[1], 'image'],
      [ids[2], 'image'],
    ]);
    assert.ok(took < seconds(what === 'too slow' ? 100 : 10), `${took} ms`);
    await flow(path, () => a.of('transferend').length === 3, { bytesPerSecond });
    assert.deepEqual(
      a
        .of('transferend')
        .map(({ event: { transferId, error, receipt } }) => [transferId, error?.code ?? receipt, error?.peerReason]),
      [
        [ids[0], 'aborted-by-peer', code],
        [ids[1], 'delivered', undefined],
        [ids[2], 'delivered', undefined],
      ],
    );
    const said = link.log.entries.filter(({ from }) => from === 'a');
    const abort = said.findIndex(({ message }) => message?.type === 'transfer-abort' && message.transferId === ids[0]);
    assert.ok(abort > 0, 'so that both know where its bytes end');
    const sent = said.slice(0, abort).reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
    if (what !== 'too slow') assert.ok(sent < MiB, `${sent} bytes of it`);
    assert.equal(b.session.stats?.droppedBytes > 0, true);
    a.session.close();
    b.session.close();
  });

  test(`behind a file of a classic peer that is ${what} the others arrive, though its bytes take minutes`, async (t) => {
    const given = receiver(t);
    const party = await connectClassic({
      ...given,
      link: { drain: 'manual' },
      options: { digest: digestAtOnce, ...given.options },
    });
    const ids = [big, ...wanted].map((file) => party.classic.offer(file));
    for (const id of ids) party.session.pullFile(id);
    const took = await flow(party, () => party.settled() === 3, { bytesPerSecond, within: seconds(300) });
    assert.deepEqual(party.ends(), [
      [ids[0], code],
      [ids[1], 'image'],
      [ids[2], 'image'],
    ]);
    assert.ok(took > seconds(120));
    party.session.close();
  });
}

test('a file that was refused may pause as long as one that is taken', async () => {
  let asked = 0;
  const party = await connectClassic({
    link: { drain: 'manual' },
    options: { digest: digestAtOnce },
    on: { mayReceive: () => ++asked > 1 },
  });
  const ids = [big, wanted[0]].map((file) => party.classic.offer(file));
  for (const id of ids) party.session.pullFile(id);
  await flow(party, () => party.settled() === 1, { bytesPerSecond });
  await pause(party, seconds(29));
  assert.equal(party.settled(), 1);
  await flow(party, () => party.settled() === 2, { bytesPerSecond });
  assert.deepEqual(party.ends(), [
    [ids[0], 'refused'],
    [ids[1], 'image'],
  ]);
  party.session.close();
});

// --- What keeps nobody waiting --------------------------------------------------------------------------------------

/** A pull waits behind a file that was refused, of which the peer has sent so much. */
async function behindRefused(size) {
  let asked = 0;
  const party = await connectRaw({ on: { mayReceive: () => ++asked > 1 } });
  party.session.pullFile('refused');
  party.session.pullFile('waiting');
  party.peer.meta({ ...big, bytes: new Uint8Array(size) }, 'refused');
  assert.deepEqual(party.ends(), [['refused', 'refused']]);
  return party;
}

test('no longer than the file: bytes beyond its size keep nobody waiting', async () => {
  const party = await behindRefused(3000);
  const { peer, clock } = party;
  for (let byte = 0; byte < 3; byte++) {
    clock.advance(seconds(14));
    peer.say(new Uint8Array(1000));
  }
  clock.advance(seconds(14));
  peer.say(new Uint8Array(1000));
  clock.advance(seconds(1) - 1);
  assert.equal(party.settled(), 1);
  clock.advance(1);
  assert.deepEqual(party.ends()[1], ['waiting', 'pull-timeout']);
});

test('no longer than a file may take: one byte now and then keeps a pull waiting for an hour', async () => {
  const party = await behindRefused(15 * MiB);
  const { peer, clock } = party;
  let minutes = 0;
  for (; party.settled() === 1 && minutes < 120; minutes += 0.25) {
    peer.say(new Uint8Array(1));
    clock.advance(seconds(15));
  }
  assert.deepEqual(party.ends()[1], ['waiting', 'pull-timeout']);
  assert.ok(minutes >= 60 && minutes <= 61, String(minutes));
});

test('empty messages, pings and offers keep nobody waiting behind it', async () => {
  const party = await behindRefused(3000);
  const { peer, clock } = party;
  for (let second = 0; second < 29; second++) {
    clock.advance(seconds(1));
    peer.say(new Uint8Array(0), { type: 'ping' });
  }
  assert.equal(party.settled(), 1);
  clock.advance(seconds(1.2));
  assert.deepEqual(party.ends()[1], ['waiting', 'pull-timeout']);
});
