// @ts-check
// Nothing stays pending for ever: not the connecting, and no promise of the public interface, whatever the platform's own
// promises do.
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession as SignedSession } from 'peer-session/signed';
import { makeIdentity } from '../support/identity.mjs';
import { makeFile } from '../support/files.mjs';
import { MockNetwork, mockCandidates } from 'peer-session/testing';
import { mockSignal } from '../support/mock-signals.mjs';
import { connectPair, makeSession } from '../support/sessions.mjs';

const candidate = {
  type: /** @type {const} */ ('candidate'),
  senderId: 'alice',
  targetId: 'bob',
  candidate: { candidate: mockCandidates.ipv4, sdpMid: '0', sdpMLineIndex: 0 },
};
const turn = () => new Promise((resolve) => setImmediate(resolve));
const identity = await makeIdentity();

/** @typedef {import('peer-session/testing').MockCall} Call */

/** What a caller may wait for, by what of the connection never comes to its end. */
const waits = /** @type {[string, Call, (session: any) => Promise<unknown>[]][]} */ ([
  ['start()', 'createOffer', (session) => [session.start()]],
  ['start()', 'setLocalDescription', (session) => [session.start()]],
  ['handleSignal() of an offer', 'setRemoteDescription', (session) => [session.handleSignal(mockSignal('offer', 7))]],
  ['handleSignal() of an offer', 'createAnswer', (session) => [session.handleSignal(mockSignal('offer', 7))]],
  ['handleSignal() of an offer', 'setLocalDescription', (session) => [session.handleSignal(mockSignal('offer', 7))]],
  [
    'handleSignal() of an offer with a candidate before it',
    'addIceCandidate',
    (session) => [session.handleSignal(candidate), session.handleSignal(mockSignal('offer', 7))],
  ],
  [
    'handleSignal() of a candidate',
    'addIceCandidate',
    (session) => [session.handleSignal(mockSignal('offer', 7)), session.handleSignal(candidate)],
  ],
  [
    'everything that waits for the first signal',
    'setRemoteDescription',
    (session) => [
      session.handleSignal(mockSignal('offer', 7)),
      session.handleSignal(mockSignal('offer', 7)),
      session.handleSignal(candidate),
      session.handleSignal(mockSignal('answer', 7)),
      session.start(),
      session.start(),
    ],
  ],
]);
const entries = /** @type {[string, object][]} */ ([
  ['the main entry', {}],
  ['the signed entry', { Session: SignedSession, identity }],
]);
/** Both ids are ours to choose: the side that starts the connection, and the side that answers. */
const idsFor = (what) => (what === 'start()' ? {} : { myId: 'bob', peerId: 'alice' });

for (const [entry, given] of entries) {
  for (const [what, hanging, ask] of waits) {
    test(`${entry}: ${what} ends with close() while ${hanging} never does`, async () => {
      const party = makeSession({ ...given, ...idsFor(what) });
      party.pc.hanging.add(hanging);
      const asked = ask(party.session);
      for (let turns = 0; turns < 10 && !party.pc.calls.includes(hanging); turns += 1) await turn();
      assert.ok(party.pc.calls.includes(hanging), 'it hangs');
      party.session.close();
      assert.equal(party.clock.pendingTimers, 0, 'at once');
      const results = await Promise.all(asked);
      if (entry === 'the signed entry') {
        assert.ok(results.some((result) => /** @type {any} */ (result).error?.code === 'closed'));
      }
      assert.deepEqual([party.reports(), party.of('close').length], [[], 1]);
    });

    test(`${entry}: ${what} ends by the deadline for connecting while ${hanging} never does`, async () => {
      const party = makeSession({ ...given, ...idsFor(what) });
      party.pc.hanging.add(hanging);
      const asked = ask(party.session);
      await turn();
      party.clock.advance(30_000);
      await Promise.all(asked);
      assert.deepEqual([party.reports(), party.of('close').length], [['connect-timeout'], 1]);
      assert.equal(party.clock.pendingTimers, 0);
    });
  }

  test(`${entry}: sendImage answers at once, before the channel opens and after the end`, async () => {
    const party = makeSession(given);
    for (const hanging of /** @type {const} */ (['createOffer', 'setLocalDescription'])) party.pc.hanging.add(hanging);
    void party.session.start();
    const file = makeFile(10);
    await party.session.sendImage(file.blob, file.hash);
    party.session.close();
    await party.session.sendImage(file.blob, file.hash);
    assert.deepEqual(party.reports(), []);
  });
}

test('what the platform rejects only after close() reaches nobody', async () => {
  for (const method of ['createOffer', 'setLocalDescription']) {
    const party = makeSession();
    /** @type {(cause: unknown) => void} */
    let fail = () => {};
    party.pc[method] = () => new Promise((_, reject) => (fail = reject));
    const started = party.session.start();
    await turn();
    party.session.close();
    await started;
    fail(new DOMException('closed', 'InvalidStateError'));
    await turn();
    assert.deepEqual(party.reports(), []);
  }
});

test('what the platform does only after close() is not carried on with', async () => {
  const party = makeSession();
  /** @type {(description: unknown) => void} */
  let succeed = () => {};
  party.pc.createOffer = () => new Promise((resolve) => (succeed = resolve));
  const started = party.session.start();
  await turn();
  party.session.close();
  await started;
  succeed({ type: 'offer', sdp: 'late' });
  await turn();
  assert.deepEqual([party.of('signal'), party.pc.calls], [[], ['createDataChannel', 'close']]);
});

for (const hanging of /** @type {const} */ ([
  'setRemoteDescription',
  'createAnswer',
  'setLocalDescription',
  'addIceCandidate',
])) {
  test(`on an open channel a signal whose ${hanging} never ends is given up, and the next is applied`, async () => {
    const { a, b, clock } = await connectPair();
    b.pc.hanging.add(hanging);
    const renegotiation = mockSignal('offer', 0, 'alice', 'bob', { version: 3 });
    const handled = b.session.handleSignal(hanging === 'addIceCandidate' ? candidate : renegotiation);
    await turn();
    b.pc.hanging.clear();
    const next = b.session.handleSignal(candidate);
    clock.advance(29_999);
    assert.deepEqual(b.reports(), []);
    clock.advance(1);
    await Promise.all([handled, next]);
    assert.deepEqual([b.reports(), b.session.isConnected], [['signal-failed'], true]);
    assert.match(String(b.of('error')[0].event.error.cause), /did not do in time/);
    assert.equal(clock.pendingTimers, 0);
    a.session.requestSync();
    await b.untilEvent('sync-request');
  });
}

// --- The deadline ---------------------------------------------------------------------------------------------------

for (const [who, ids] of /** @type {[string, object][]} */ ([
  ['the side that offers', {}],
  ['the side that waits for an offer', { myId: 'bob', peerId: 'alice' }],
])) {
  test(`a peer that never answers ends the session of ${who} after 30 s, with an error and then the close`, async () => {
    const party = makeSession(ids);
    await party.session.start();
    party.clock.advance(29_999);
    assert.deepEqual([party.reports(), party.of('close').length], [[], 0]);
    party.clock.advance(1);
    assert.deepEqual([party.reports(), party.of('close').length], [['connect-timeout'], 1]);
    const kinds = party.log.entries.map(({ kind }) => kind);
    assert.ok(kinds.indexOf('error') < kinds.indexOf('close'));
    assert.equal(party.pc.connectionState, 'closed');
    party.clock.advance(100_000);
    assert.deepEqual([party.of('close').length, party.reports().length], [1, 1]);
  });
}

test('the time counts from the first signal where nobody called start()', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  party.clock.advance(100_000);
  await party.session.handleSignal(candidate);
  party.clock.advance(29_999);
  assert.equal(party.of('close').length, 0);
  party.clock.advance(1);
  assert.deepEqual(party.reports(), ['connect-timeout']);
});

test("the peer's first description gives it the whole time again, and no other does", async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  await party.session.start();
  party.clock.advance(20_000);
  await party.session.handleSignal(mockSignal('offer', 7));
  party.clock.advance(20_000);
  await party.session.handleSignal(mockSignal('offer', 7, 'alice', 'bob', { version: 3 }));
  await party.session.handleSignal(candidate);
  party.clock.advance(9_999);
  assert.deepEqual(party.reports(), []);
  party.clock.advance(1);
  assert.deepEqual([party.reports(), party.of('close').length], [['connect-timeout'], 1]);
});

test('an open channel has no such deadline', async () => {
  const { a, b, clock } = await connectPair();
  assert.equal(clock.pendingTimers, 0);
  clock.advance(1_000_000);
  assert.deepEqual([a.session.isConnected, b.session.isConnected], [true, true]);
});

test('connectTimeout is the application’s to choose', async () => {
  const party = makeSession({ options: { connectTimeout: 5_000 } });
  await party.session.start();
  party.clock.advance(5_000);
  assert.deepEqual(party.reports(), ['connect-timeout']);
});

test('a connectTimeout of Infinity waits for ever', async () => {
  const network = new MockNetwork();
  const party = makeSession({ network, options: { connectTimeout: Infinity } });
  await party.session.start();
  party.clock.advance(10 * 365 * 86_400_000);
  assert.deepEqual([party.reports(), party.of('close').length], [[], 0]);
  party.session.close();
  assert.equal(party.clock.pendingTimers, 0);
});

test('files offered and pulled while connecting end at once, and not by the deadline', async () => {
  const party = makeSession();
  await party.session.start();
  party.session.pullFile('too early');
  assert.deepEqual(party.ends(), [['too early', 'not-open']]);
  party.clock.advance(30_000);
  assert.equal(party.settled(), 1);
});

test('a session that is closed while it connects leaves no timer', async () => {
  const party = makeSession();
  await party.session.start();
  assert.ok(party.clock.pendingTimers > 0);
  party.session.close();
  assert.equal(party.clock.pendingTimers, 0);
});
