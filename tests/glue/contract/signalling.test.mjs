// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { MockLink, mockCandidates, mockSdp } from 'peer-session/testing';
import { epochOf, mockSignal, withoutEpoch } from '../support/mock-signals.mjs';
import { connectPair, makeSession } from '../support/sessions.mjs';

const signals = (party) => party.of('signal').map(({ message }) => message);
const candidate = (address) => ({
  candidate: `candidate:1 1 udp 1 ${address} 9 typ host`,
  sdpMid: '0',
  sdpMLineIndex: 0,
});
const candidateSignal = (init) => ({ type: 'candidate', senderId: 'bob', targetId: 'alice', candidate: init });

for (const [myId, peerId] of [
  ['a', 'b'],
  ['A', 'a'],
  ['10', '9'],
  ['a', 'aa'],
  ['Z', 'ä'],
]) {
  test(`of "${myId}" and "${peerId}" the first in plain string order begins, and the other waits`, async () => {
    const first = makeSession({ myId, peerId });
    const second = makeSession({ myId: peerId, peerId: myId });
    await Promise.all([first.session.start(), second.session.start()]);
    assert.deepEqual(first.pc.calls.slice(0, 3), ['createDataChannel', 'createOffer', 'setLocalDescription']);
    assert.deepEqual([second.pc.calls, signals(second)], [[], []]);
  });
}

test('offer and candidates are signalled in the shape the other side takes', async () => {
  const party = makeSession();
  await party.session.start();
  await party.log.untilAll(() => signals(party).length === 3);
  const envelope = { senderId: 'alice', targetId: 'bob' };
  const at = { sdpMid: '0', sdpMLineIndex: 0 };
  assert.deepEqual(signals(party).map(withoutEpoch), [
    { type: 'offer', ...envelope, sdp: { type: 'offer', sdp: mockSdp('offer', 0) } },
    { type: 'candidate', ...envelope, candidate: { candidate: mockCandidates.ipv4, ...at } },
    { type: 'candidate', ...envelope, candidate: { candidate: mockCandidates.ipv6, ...at } },
  ]);
  assert.deepEqual(structuredClone(signals(party)), signals(party), 'fit for any signalling channel');
});

test('an offer is answered, in the same shape', async () => {
  const { a, b } = await connectPair();
  const answer = signals(b).find(({ type }) => type === 'answer');
  assert.deepEqual([signals(a)[0], answer].map(withoutEpoch), [mockSignal('offer', 0), mockSignal('answer', 1, 'bob')]);
  assert.notEqual(epochOf(signals(a)[0]), epochOf(answer), 'each session object has its own');
});

test('what an implementation says instead of a description is handed on as it is', async () => {
  const party = makeSession();
  party.pc.createOffer = async () => ({ type: 'offer', sdp: '17' });
  await party.session.start();
  assert.deepEqual(signals(party)[0].sdp, { type: 'offer', sdp: '17' });
});

test('starting twice makes one channel and one offer', async () => {
  const party = makeSession();
  await Promise.all([party.session.start(), party.session.start()]);
  assert.deepEqual(party.pc.calls, ['createDataChannel', 'createOffer', 'setLocalDescription']);
});

test('candidates that come before the description wait, and go in with IPv6 first', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  for (const address of ['192.0.2.1', '2001:db8::1', '192.0.2.2', '2001:db8::2']) {
    await party.session.handleSignal(/** @type {any} */ (candidateSignal(candidate(address))));
  }
  assert.deepEqual(party.pc.calls, [], 'nothing can be added yet');
  await party.session.handleSignal(mockSignal('offer', 7));
  assert.deepEqual(
    party.pc.added.map((added) => added.candidate.split(' ')[4]),
    ['2001:db8::1', '2001:db8::2', '192.0.2.1', '192.0.2.2'],
  );
  assert.deepEqual(party.pc.calls.slice(0, 2), ['setRemoteDescription', 'addIceCandidate']);
});

test('candidates that come after the description go in at once', async () => {
  const { a } = await connectPair();
  const before = a.pc.added.length;
  await a.session.handleSignal(/** @type {any} */ (candidateSignal(candidate('192.0.2.9'))));
  assert.equal(a.pc.added.length, before + 1);
});

test('the answer, too, lets waiting candidates in', async () => {
  const party = makeSession();
  await party.session.start();
  await party.session.handleSignal(/** @type {any} */ (candidateSignal(candidate('192.0.2.1'))));
  assert.deepEqual(party.pc.added, []);
  await party.session.handleSignal(mockSignal('answer', 7, 'bob'));
  assert.equal(party.pc.added.length, 1);
});

test('one bad candidate is reported and does not keep the others out', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  await party.session.handleSignal(/** @type {any} */ (candidateSignal({ candidate: 'garbage' })));
  await party.session.handleSignal(/** @type {any} */ (candidateSignal(candidate('192.0.2.1'))));
  await party.session.handleSignal(mockSignal('offer', 7));
  assert.deepEqual([party.reports(), party.pc.added.length], [['signal-failed'], 1]);
  assert.ok(signals(party).some(({ type }) => type === 'answer'));
});

test('a connection that cannot be set up is reported, not thrown', async () => {
  const party = makeSession();
  party.pc.failing.add('createOffer');
  await party.session.start();
  assert.deepEqual(party.reports(), ['connection-failed']);
  assert.ok(party.of('error')[0].event.error.cause instanceof DOMException);
});

for (const [how, signal] of /** @type {const} */ ([
  [
    'throws',
    () => {
      throw new Error('offline');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('offline');
    },
  ],
])) {
  test(`a sendSignal that ${how} is reported, with its cause`, async () => {
    const party = makeSession({ on: { signal } });
    await party.session.start();
    await party.log.untilAll(() => party.reports().length === 3);
    assert.deepEqual(party.reports(), Array(3).fill('send-signal-failed'), 'the offer and two candidates');
    assert.equal(party.of('error')[0].event.error.cause.message, 'offline');
  });
}

test('signals and start after close do nothing', async () => {
  const party = makeSession();
  party.session.close();
  await party.session.start();
  await party.session.handleSignal(mockSignal('offer', 7, 'bob'));
  assert.deepEqual([party.pc.calls, signals(party), party.reports()], [['close'], [], []]);
});

test('a second channel is turned away and the first goes on', async () => {
  const { a, b } = await connectPair();
  const second = new MockLink();
  b.pc.announce(second.b);
  assert.equal(second.b.readyState, 'closing');
  a.session.requestSync();
  await b.untilEvent('sync-request');
});
