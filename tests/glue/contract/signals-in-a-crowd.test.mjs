// @ts-check
// Signalling servers count the messages of a page, and drop what exceeds their count: few signals, and those that matter again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { MockNetwork, VirtualClock, mockCandidates, mockSdp } from 'peer-session/testing';
import { epochOf, mockSignal, withoutEpoch } from '../support/mock-signals.mjs';
import { makeSession } from '../support/sessions.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const signals = (party, type) =>
  party
    .of('signal')
    .map(({ message }) => message)
    .filter((message) => !type || message.type === type);
const kinds = (party) => signals(party).map(({ type }) => type);
const seconds = (count) => count * 1000;
/** As a browser says them in a description: without what is only in the event. */
const inDescription = (candidates) =>
  candidates.map((candidate) => `a=${candidate.split(' generation')[0]}\r\n`).join('');

/** A connection that gathers when the test says so, and whose description then has what was gathered. */
function gathersByHand(pc, { describes = true } = {}) {
  const gathered = [];
  const { setLocalDescription, offerCandidate } = pc;
  let isHeld = true;
  pc.offerCandidate = (candidate) => isHeld || offerCandidate.call(pc, candidate);
  pc.setLocalDescription = async (description) => {
    await setLocalDescription.call(pc, description);
    Object.defineProperty(pc, 'localDescription', {
      configurable: true,
      get: () => ({ ...description, sdp: description.sdp + (describes ? inDescription(gathered) : '') }),
    });
  };
  return (candidate) => {
    if (candidate) gathered.push(candidate);
    isHeld = false;
    pc.offerCandidate(candidate && { candidate, sdpMid: '0', sdpMLineIndex: 0 });
    isHeld = true;
  };
}

async function untilDescribed(pc) {
  while (!pc.calls.includes('setLocalDescription')) await turn();
  await turn();
}

test('candidates that come within a moment go out with the description, and not again', async () => {
  const party = makeSession();
  const gather = gathersByHand(party.pc);
  const started = party.session.start();
  await untilDescribed(party.pc);
  gather(mockCandidates.ipv4);
  party.clock.advance(90);
  gather(mockCandidates.ipv6);
  await turn();
  assert.deepEqual(kinds(party), [], 'there is a moment left');
  party.clock.advance(10);
  await started;
  assert.deepEqual(kinds(party), ['offer']);
  const sdp = mockSdp('offer', 0) + inDescription([mockCandidates.ipv4, mockCandidates.ipv6]);
  assert.deepEqual(withoutEpoch(signals(party)[0]).sdp, { type: 'offer', sdp });

  const late = mockCandidates.ipv4.replace('192.0.2.7', '198.51.100.1');
  gather(late);
  assert.deepEqual(kinds(party), ['offer', 'candidate'], 'a later one goes alone');
  assert.equal(signals(party)[1].candidate.candidate, late);
  party.session.close();
  assert.equal(party.clock.pendingTimers, 0);
});

test('nothing waits for more candidates than there are', async () => {
  const party = makeSession();
  const gather = gathersByHand(party.pc);
  const started = party.session.start();
  await untilDescribed(party.pc);
  gather(mockCandidates.ipv4);
  gather(null);
  await started;
  assert.deepEqual(kinds(party), ['offer'], 'no time has passed');
});

test('nor for those of a connection that has gathered already', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  gathersByHand(party.pc);
  Object.assign(party.pc, { iceGatheringState: 'complete' });
  await party.session.handleSignal(mockSignal('offer', 7));
  assert.deepEqual(kinds(party), ['answer']);
});

test('what a description does not carry follows it', async () => {
  const party = makeSession();
  const gather = gathersByHand(party.pc, { describes: false });
  const started = party.session.start();
  await untilDescribed(party.pc);
  gather(mockCandidates.ipv4);
  gather(mockCandidates.ipv6);
  gather(null);
  await started;
  assert.deepEqual(kinds(party), ['offer', 'candidate', 'candidate']);
});

test('close() while candidates are awaited leaves no timer, and nothing is said any more', async () => {
  const party = makeSession();
  gathersByHand(party.pc);
  const started = party.session.start();
  await untilDescribed(party.pc);
  party.session.close();
  assert.equal(party.clock.pendingTimers, 0);
  await started;
  await turn();
  assert.deepEqual(kinds(party), []);
});

test('an offer without an answer goes out again, less and less often, with all candidates that are known', async () => {
  const party = makeSession({ options: { connectTimeout: seconds(600) } });
  const gather = gathersByHand(party.pc);
  const started = party.session.start();
  await untilDescribed(party.pc);
  gather(mockCandidates.ipv4);
  party.clock.advance(100);
  await started;
  gather(mockCandidates.ipv6);

  const at = [party.clock.now()];
  while (at.length < 5) {
    party.clock.advance(50);
    if (signals(party, 'offer').length > at.length) at.push(party.clock.now());
  }
  const waits = at.slice(1).map((time, index) => time - at[index]);
  for (const [index, wait] of waits.entries()) {
    const middle = seconds(2) * 2 ** index;
    assert.ok(wait >= 0.7 * middle && wait <= 1.3 * middle, String(waits));
  }
  const again = signals(party, 'offer').at(-1);
  assert.equal(epochOf(again), epochOf(signals(party)[0]));
  assert.equal(
    withoutEpoch(again).sdp.sdp,
    mockSdp('offer', 0) + inDescription([mockCandidates.ipv4, mockCandidates.ipv6]),
  );
  party.session.close();
  assert.equal(party.clock.pendingTimers, 0);
  party.clock.advance(seconds(600));
  assert.equal(signals(party, 'offer').length, 5, 'and not after its end');
});

for (const [what, lost] of /** @type {[string, (message: any, count: number) => boolean][]} */ ([
  ['its offer', ({ type }, count) => type === 'offer' && count === 1],
  ['the answer', ({ type }, count) => type === 'answer' && count === 1],
  ['its offer, twice,', ({ type }, count) => type === 'offer' && count <= 2],
  ['first its offer, then the answer,', ({ type }, count) => type !== 'candidate' && count === 1],
])) {
  test(`a connection of which ${what} is lost is made within seconds`, async () => {
    const network = new MockNetwork();
    const clock = new VirtualClock();
    const parties = {};
    const counts = new Map();
    const carryTo = (name) => (message) => {
      const count = (counts.get(message.type) ?? 0) + 1;
      counts.set(message.type, count);
      if (!lost(message, count)) void parties[name].session.handleSignal(structuredClone(message));
    };
    parties.a = makeSession({ network, clock, on: { signal: carryTo('b') } });
    parties.b = makeSession({ network, clock, myId: 'bob', peerId: 'alice', on: { signal: carryTo('a') } });
    await parties.a.session.start();
    const began = clock.now();
    while (parties.a.events('connected').length === 0 && clock.now() - began < seconds(30)) {
      clock.advance(100);
      for (let turns = 0; turns < 5; turns += 1) await turn();
    }
    assert.ok(clock.now() - began < seconds(8), `${clock.now() - began} ms`);
    await parties.b.untilEvent('connected');
    assert.deepEqual([parties.a.reports(), parties.b.reports()], [[], []]);
    const offers = counts.get('offer');
    clock.advance(seconds(20));
    assert.equal(counts.get('offer'), offers, 'an answer ends it');
    for (const party of Object.values(parties)) party.session.close();
  });
}
