// @ts-check
// Two sessions over a path on which each channel gets so much and no more, as where packets are lost: what the sender makes of
// lanes, in virtual time.
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { connectPair } from '../support/sessions.mjs';
import { digestAtOnce, offer, pullsAll, readAtOnce, seconds } from '../support/slow-path.mjs';

const file = readAtOnce(makeFile(6_000_000));
const step = 30;
/** Of each channel, in a step: 200 kB/s. */
const bytesPerStep = 6_000;

async function connectHeldBack({ a = {}, b = {} } = {}) {
  const given = (own) => ({ ...own, options: { digest: digestAtOnce, .../** @type {any} */ (own).options } });
  const pair = await connectPair({ a: given(a), b: given({ on: pullsAll, ...b }) });
  const known = new Set();
  /** Those of lanes, in the order in which they were opened. */
  const lanes = [];
  const stopped = new Set();
  let most = 0;
  const links = () => {
    for (const { link } of pair.network.connections) {
      if (!link || known.has(link)) continue;
      known.add(link);
      link.setAuto(false);
      if (link !== pair.link) lanes.push(link);
    }
    return [...known].filter((link) => !stopped.has(link));
  };
  /** Lets time pass until it is so. */
  const flow = async (isSo) => {
    const began = pair.clock.now();
    while (!isSo()) {
      assert.ok(pair.clock.now() - began < seconds(300), 'it was not so in 300 s');
      for (const link of links()) {
        link.drain('a', bytesPerStep);
        link.drain('b');
      }
      pair.clock.advance(step);
      // Further connections come about in turns of the event loop, which know nothing of the clock.
      for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, pair.a.session.stats?.lanes ?? 0);
    }
    return pair.clock.now() - began;
  };
  return { ...pair, lanes, flow, stop: (link) => stopped.add(link), most: () => most };
}

async function assertWhole({ a, b }) {
  const [image] = b.of('image');
  assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), file.bytes);
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
}

/** Also that progress has told so, and never gone back. */
async function assertArrived(path) {
  await assertWhole(path);
  const { a, b } = path;
  for (const [party, direction] of [
    [a, 'send'],
    [b, 'receive'],
  ]) {
    const told = party.of('progress').map(({ event }) => [event.direction, event.bytes]);
    const bytes = told.map(([, count]) => count);
    assert.ok(told.every(([way]) => way === direction));
    assert.deepEqual(
      bytes,
      [...bytes].sort((x, y) => x - y),
      'never less than before',
    );
    assert.equal(bytes.at(-1), file.bytes.length);
  }
}

const allClosed = ({ network, clock }) => {
  for (const pc of network.connections) assert.equal(pc.connectionState, 'closed');
  assert.equal(clock.pendingTimers, 0);
};

test('a file that one channel holds back goes over several, and arrives whole', async () => {
  const alone = await connectHeldBack({ a: { options: { maxLanes: 0 } } });
  offer(alone.a, file);
  const tookAlone = await alone.flow(() => alone.b.settled() === 1);
  assert.deepEqual([alone.most(), alone.lanes.length], [0, 0]);

  const path = await connectHeldBack();
  offer(path.a, file);
  const took = await path.flow(() => path.b.settled() === 1);
  assert.ok(path.most() > 1, 'there were lanes');
  assert.ok(took < tookAlone / 2, `${took} ms instead of ${tookAlone}`);
  await assertArrived(path);
  for (const each of [alone, path]) {
    await each.flow(() => each.a.of('transferend').length === 1);
    each.a.session.close();
    each.b.session.close();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    allClosed(each);
  }
});

test('a session that wants no lanes opens none, and takes none', async () => {
  const path = await connectHeldBack({ b: { options: { maxLanes: 0 } } });
  offer(path.a, file);
  await path.flow(() => path.b.settled() === 1);
  assert.deepEqual([path.most(), path.network.connections.length], [0, 2]);
  await assertArrived(path);
});

for (const [how, harm] of /** @type {[string, (path: any, lane: any) => void][]} */ ([
  ['fails', (_, lane) => lane.fail()],
  ['is closed', (_, lane) => lane.close()],
  ['carries nothing any more', (path, lane) => path.stop(lane)],
  ['throws at what is sent', (_, lane) => (lane.a.sendFault = new Error('no'))],
])) {
  test(`a lane that ${how} in the middle takes nothing of the file with it`, async () => {
    const path = await connectHeldBack();
    offer(path.a, file);
    await path.flow(() => path.a.session.stats?.lanes === 7);
    await path.flow(() => path.lanes[0].log.entries.filter(({ bytes }) => bytes).length > 10);
    assert.equal(path.b.settled(), 0, 'it is under way');
    harm(path, path.lanes[0]);
    await path.flow(() => path.b.settled() === 1);
    await assertArrived(path);
    assert.equal(path.network.connections[2].connectionState, 'closed');
    assert.deepEqual(
      [path.a, path.b].map(({ session }) => session.state),
      ['open', 'open'],
    );
  });
}

test('where the first channel is lost all lanes go with it, and the file goes on over the next one', async () => {
  const path = await connectHeldBack();
  offer(path.a, file);
  await path.flow(() => path.a.session.stats?.lanes === 7);
  const before = path.network.connections.length;
  path.link.fail();
  for (const pc of path.network.connections.slice(0, before)) {
    assert.equal(pc.connectionState, 'closed', `of ${before}`);
  }
  await path.flow(() => path.b.settled() === 1);
  await assertWhole(path);
});
