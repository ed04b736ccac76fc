// @ts-check
// What is loaded for further connections to the same peer, driven as the engine drives it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { MockNetwork, VirtualClock, mockSdp } from 'peer-session/testing';

/** Beside the entries, where they load it from. */
const { Lanes } = await import(String(new URL('lanes.js', import.meta.resolve('peer-session'))));

/** Until the promises and turns so far have gone on. */
async function settle() {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What was added to it and not removed. */
function countListeners(pc) {
  pc.listenerCount = 0;
  for (const [method, step] of /** @type {const} */ ([
    ['addEventListener', 1],
    ['removeEventListener', -1],
  ])) {
    const really = pc[method];
    pc[method] = (...given) => {
      pc.listenerCount += step;
      return really.apply(pc, given);
    };
  }
}

/** The lanes of one side, and what they tell the engine. Of its ports only what lanes do with them is there. */
function makeLanes({ network = new MockNetwork(), clock = new VirtualClock(), ...given } = /** @type {any} */ ({})) {
  const told = [];
  const ports = [];
  const made = [];
  const makePeerConnection = () => {
    const pc = new network.RTCPeerConnection({});
    made.push(pc);
    countListeners(pc);
    given.prepare?.(pc);
    return pc;
  };
  const makePort = (lane, events) => {
    const port = {
      lane,
      events,
      attached: [],
      released: 0,
      isClosed: false,
      attach: (channel, usable) => port.attached.push({ channel, usable }),
      release: () => (port.released += 1),
      close: () => (port.isClosed = true),
    };
    ports.push(port);
    return port;
  };
  const means = { clock, configure: () => ({}), makePeerConnection, channelLabel: 'images', ...given.means };
  const lanes = new Lanes(means, { tell: (...input) => told.push(input) }, makePort);
  return { lanes, told, ports, made, network, clock };
}

const open = (lane) => ({ kind: 'openLane', lane });
const answer = (lane, description = mockSdp('offer', 7)) => ({ kind: 'answerLane', lane, description });
const accept = (lane, description = mockSdp('answer', 7)) => ({ kind: 'acceptLane', lane, description });
const close = (lane) => ({ kind: 'closeLane', lane });
const isOver = ({ made, ports, clock }) => {
  assert.deepEqual([made.map((pc) => pc.connectionState), clock.pendingTimers], [made.map(() => 'closed'), 0]);
  assert.ok(ports.every((port) => port.isClosed) && made.every((pc) => pc.listenerCount === 0));
};

test('a lane is offered with one ordered channel, and described when its candidates are there', async () => {
  const { lanes, told, made, ports, clock } = makeLanes();
  lanes.perform(open(1));
  await settle();
  assert.deepEqual(made[0].calls, ['createDataChannel', 'createOffer', 'setLocalDescription']);
  assert.deepEqual(made[0].channelInit, { ordered: true });
  assert.deepEqual(
    ports[0].attached.map(({ channel, usable }) => [channel.label, usable]),
    [['images', undefined]],
  );
  assert.deepEqual(told, [['handleLane', 1, mockSdp('offer', 0)]]);
  assert.equal(clock.pendingTimers, 0);
});

test('a description waits 2 s for its candidates, and no longer', async () => {
  const { lanes, told, made, clock } = makeLanes({ prepare: (pc) => (pc.offerCandidate = () => {}) });
  lanes.perform(open(1));
  await settle();
  clock.advance(1_999);
  await settle();
  assert.deepEqual(told, []);
  made[0].localDescription = { type: 'offer', sdp: 'with what is there' };
  clock.advance(1);
  await settle();
  assert.deepEqual([told, clock.pendingTimers], [[['handleLane', 1, 'with what is there']], 0]);
});

test('a description whose candidates are there at once waits for nothing', async () => {
  const prepare = (pc) => {
    pc.offerCandidate = () => {};
    pc.iceGatheringState = 'complete';
  };
  const { lanes, told } = makeLanes({ prepare });
  lanes.perform(open(1));
  await settle();
  assert.equal(told.length, 1);
});

test('two sides come together, and each has the channel; the one that answers waits until it can be used', async () => {
  const network = new MockNetwork({ sctpLimit: 12_345 });
  const a = makeLanes({ network });
  const b = makeLanes({ network, prepare: (pc) => (pc.getStats = async () => new Map()) });
  a.lanes.perform(open(3));
  await settle();
  b.lanes.perform(answer(11, String(a.told[0][2])));
  await settle();
  assert.deepEqual(b.made[0].calls, ['setRemoteDescription', 'createAnswer', 'setLocalDescription']);
  assert.deepEqual(b.told, [['handleLane', 11, mockSdp('answer', 1)]]);
  a.lanes.perform(accept(3, String(b.told[0][2])));
  await settle();
  const [ofA, ofB] = [a, b].map(({ ports }) => ports[0]);
  assert.equal(ofB.attached.length, 1);
  assert.equal(ofB.attached[0].channel.remote, ofA.attached[0].channel);
  assert.ok(ofB.attached[0].usable instanceof Promise);
  assert.deepEqual([ofA.events.maxMessageSize(), ofB.events.maxMessageSize()], [12_345, 12_345]);
  assert.deepEqual([a.lanes.port(3), b.lanes.port(11), a.lanes.port(11)], [ofA, ofB, undefined]);
  assert.deepEqual([a.told.length, b.told.length], [1, 1]);
});

test('what all lanes hold back is handed on together', () => {
  const { lanes, ports } = makeLanes();
  lanes.perform(open(1));
  lanes.perform(answer(9));
  lanes.release();
  assert.deepEqual(
    ports.map(({ lane, released }) => [lane, released]),
    [
      [1, 1],
      [9, 1],
    ],
  );
});

for (const [call, ...actions] of /** @type {const} */ ([
  ['createDataChannel', open(1)],
  ['createOffer', open(1)],
  ['setLocalDescription', open(1)],
  ['setRemoteDescription', open(1), accept(1)],
  ['setRemoteDescription', answer(1)],
  ['createAnswer', answer(1)],
  ['setLocalDescription', answer(1)],
])) {
  test(`a lane that fails at ${call} after ${actions.map(({ kind }) => kind)} is closed, and told once`, async () => {
    const side = makeLanes({ prepare: (pc) => pc.failing.add(call) });
    for (const action of actions) {
      side.lanes.perform(action);
      await settle();
    }
    assert.deepEqual(
      side.told.filter(([, , description]) => description === ''),
      [['handleLane', 1, '']],
    );
    assert.equal(side.lanes.port(1), undefined);
    isOver(side);
  });
}

test('where no connection can be made the lane is lost, and not the session', () => {
  const means = {
    makePeerConnection() {
      throw new Error('too many');
    },
  };
  const { lanes, told } = makeLanes({ means });
  lanes.perform(open(1));
  lanes.perform(answer(9));
  assert.deepEqual(told, [
    ['handleLane', 1, ''],
    ['handleLane', 9, ''],
  ]);
});

/** @type {Map<string, (side: any) => void>} */
const happenings = new Map([
  ['its connection fails', ({ made }) => made[0].become('failed')],
  ['its connection is closed', ({ made }) => made[0].become('closed')],
  ['its channel ends', ({ ports }) => ports[0].events.ended(false)],
  ['its channel fails', ({ ports }) => ports[0].events.ended(true)],
  ['it brings what cannot be read', ({ ports }) => ports[0].events.unusable()],
]);
for (const [what, happens] of happenings) {
  test(`a lane is lost when ${what}: told once, closed, and another may take its number`, async () => {
    const side = makeLanes();
    side.lanes.perform(open(1));
    await settle();
    happens(side);
    assert.deepEqual(side.told.slice(1), [['handleLane', 1, '']]);
    assert.deepEqual([side.made[0].connectionState, side.ports[0].isClosed], ['closed', true]);
    for (const again of happenings.values()) again(side);
    assert.equal(side.told.length, 2);
    side.lanes.perform(open(1));
    await settle();
    assert.deepEqual(side.told.at(-1), ['handleLane', 1, mockSdp('offer', 1)]);
    for (const again of happenings.values()) again(side);
    assert.deepEqual([side.told.length, side.made[1].connectionState], [3, 'new']);
  });
}

test('what may pass is not taken for a loss', async () => {
  const { lanes, told, made } = makeLanes();
  lanes.perform(open(1));
  await settle();
  for (const state of ['connected', 'disconnected', 'connected']) made[0].become(state);
  assert.deepEqual([told.length, made[0].calls.includes('close')], [1, false]);
});

for (const hanging of ['createOffer', 'setLocalDescription', 'gathering', 'nothing']) {
  test(`nothing is told of a lane that is closed while it waits for ${hanging}, and nothing is left of it`, async () => {
    const resume = [];
    const prepare = (pc) => {
      if (hanging === 'gathering') pc.offerCandidate = () => {};
      const call = pc[hanging]?.bind(pc);
      // It settles in the end, whatever has become of the connection.
      if (call) {
        pc[hanging] = async () => {
          await new Promise((resolve) => resume.push(resolve));
          return { type: 'offer', sdp: mockSdp('offer', 0) };
        };
      }
    };
    const side = makeLanes({ prepare });
    side.lanes.perform(open(1));
    await settle();
    const before = side.told.length;
    side.lanes.perform(close(1));
    for (const go of resume) go();
    await settle();
    side.made[0].become('failed');
    side.made[0].connectionState = 'closed';
    side.ports[0].events.ended(true);
    side.clock.advance(60_000);
    await settle();
    assert.equal(side.told.length, before);
    isOver(side);
  });
}

test('at the end of the session all are closed, also those whose connection throws at that', async () => {
  const prepare = (pc) => {
    const { close: really } = pc;
    pc.close = () => {
      really.call(pc);
      throw new Error('not now');
    };
  };
  const side = makeLanes({ prepare });
  for (const action of [open(1), open(2), answer(9)]) side.lanes.perform(action);
  side.lanes.closeAll();
  await settle();
  isOver(side);
  assert.deepEqual([side.told, side.made.length], [[], 3]);
});

test('a lane that begins anew takes the place of the one before, of which nothing is told', async () => {
  const side = makeLanes();
  side.lanes.perform(open(1));
  await settle();
  side.lanes.perform(open(1));
  await settle();
  side.ports[0].events.ended(false);
  assert.deepEqual(
    side.told.map(([, , description]) => description),
    [mockSdp('offer', 0), mockSdp('offer', 1)],
  );
  assert.deepEqual(
    side.made.map((pc) => pc.connectionState),
    ['closed', 'new'],
  );
});

test('an answer to a lane that is there no more does nothing', async () => {
  const side = makeLanes();
  side.lanes.perform(accept(1));
  side.lanes.perform(close(1));
  await settle();
  assert.deepEqual([side.told, side.made], [[], []]);
});
