// @ts-check
// An offer on a session that has a peer already: of the same connection it is a renegotiation, of another one the peer began
// anew, and the session here is over.
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession as SignedSession } from 'peer-session/signed';
import { makeFile } from '../support/files.mjs';
import { makeIdentity } from '../support/identity.mjs';
import { MockNetwork, mockCandidates, mockSdp } from 'peer-session/testing';
import { mockSignal, withoutEpoch } from '../support/mock-signals.mjs';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

/** More than the channel holds at once. */
const file = makeFile(3_000_000);
const signals = (party, type) => party.of('signal').filter(({ message }) => message.type === type);
const answers = (party) => signals(party, 'answer').map(({ message }) => message);

/** A session that waits to be connected to, with a peer whose connection is number 7. */
async function answeredSession(given = {}) {
  const party = makeSession({ myId: 'bob', peerId: 'alice', ...given });
  await party.session.handleSignal(mockSignal('offer', 7));
  assert.equal(answers(party).length, 1);
  return party;
}

// --- The same peer --------------------------------------------------------------------------------------------------

for (const [what, more] of /** @type {[string, object][]} */ ([
  ['a renegotiation', { version: 3 }],
  ['a restart of ICE', { version: 3, generation: 1 }],
  ['a renegotiation of an implementation that changes the origin', { origin: 4711 }],
])) {
  test(`${what} is answered, and the session goes on`, async () => {
    const { a, b, network } = await connectPair();
    a.session.pullFile('waiting');
    await b.session.handleSignal(mockSignal('offer', network.connections.indexOf(a.pc), 'alice', 'bob', more));
    assert.equal(answers(b).length, 2);
    assert.deepEqual(b.pc.calls.slice(-3), ['setRemoteDescription', 'createAnswer', 'setLocalDescription']);
    assert.deepEqual([a.settled(), a.session.isConnected, b.session.isConnected], [0, true, true]);
    assert.deepEqual([a.reports(), b.reports()], [[], []]);
  });
}

test('the side that offered answers a renegotiation too', async () => {
  const { a, b, network } = await connectPair();
  const id = network.connections.indexOf(b.pc);
  await a.session.handleSignal(mockSignal('offer', id, 'bob', 'alice', { version: 3, generation: 1 }));
  assert.deepEqual([answers(a).length, a.reports(), a.session.isConnected], [1, [], true]);
});

test('a renegotiation that cannot be applied is reported, and the session goes on', async () => {
  const { b } = await connectPair();
  b.pc.failing.add('setRemoteDescription');
  await b.session.handleSignal(mockSignal('offer', 0, 'alice', 'bob', { version: 3 }));
  b.pc.failing.clear();
  assert.deepEqual([b.reports(), b.session.isConnected], [['signal-failed'], true]);
  await b.session.handleSignal(mockSignal('offer', 0, 'alice', 'bob', { version: 4 }));
  assert.equal(answers(b).length, 2, 'and the peer is still known');
});

// --- Another peer under the same ids --------------------------------------------------------------------------------

for (const [what, id, more] of /** @type {[string, number, object][]} */ ([
  ['another certificate', 8, {}],
  ['another certificate and the same origin', 8, { origin: 0 }],
  ['the same certificate, but another origin and other credentials', 0, { origin: 8, generation: 5 }],
])) {
  test(`an offer with ${what} ends the session at once: all is settled, nothing is answered, nothing is sent`, async () => {
    const { a, b, link } = await connectPair({
      link: { bytesPerTurn: 5000 },
      // The session that is still there is the one of a page that is gone: nobody will answer it.
      a: { options: { recoveryTimeout: 0 } },
    });
    const upload = /** @type {string} */ (b.session.sendImage(file.blob, file.hash));
    const waiting = /** @type {string} */ (b.session.sendImage(file.blob, file.hash, false, 'waiting'));
    a.session.pullFile(upload);
    b.session.pullFile('waits for its file');
    await b.log.until(({ kind, event }) => kind === 'progress' && event.direction === 'send');
    const sent = () => link.log.entries.filter(({ from }) => from === 'b').length;
    const before = sent();

    const handled = b.session.handleSignal(mockSignal('offer', id, 'alice', 'bob', more));
    assert.equal(b.of('close').length, 1, 'within the call');
    assert.deepEqual([b.session.isConnected, b.session.isConnectionFailed, b.session.stats], [false, true, undefined]);
    assert.deepEqual(b.ends(), [['waits for its file', 'peer-replaced']]);
    assert.deepEqual(
      b.of('transfer-error').map(({ transferId }) => transferId),
      ['waits for its file'],
    );
    const uploads = b.of('transferend').filter(({ event }) => event.direction === 'send');
    assert.deepEqual(
      uploads.map(({ event }) => [event.transferId, event.error.code]).sort(),
      [upload, waiting].map((each) => [each, 'peer-replaced']).sort(),
    );
    assert.deepEqual(b.reports(), ['peer-replaced']);
    const order = b.log.entries.map(({ kind }) => kind).filter((kind) => kind !== 'progress' && kind !== 'signal');
    assert.ok(order.indexOf('error') < order.indexOf('transferend'), 'why comes before what it ends');
    assert.equal(order.at(-1), 'close', 'and the close is the last thing heard');

    await handled;
    await a.log.until(({ kind }) => kind === 'close');
    assert.equal(answers(b).length, 1, 'only the answer to the first offer');
    assert.equal(sent(), before);
    assert.equal(b.pc.connectionState, 'closed');
    assert.equal(withoutEpoch({ sdp: b.pc.remoteDescription }).sdp.sdp, mockSdp('offer', 0), 'the offer was not taken');
  });
}

test('handleSignal of the signed entry says that the offer is for another session', async () => {
  const party = await answeredSession({ Session: SignedSession, identity: await makeIdentity() });
  for (let count = 0; count < 2; count += 1) {
    const result = /** @type {any} */ (await party.session.handleSignal(mockSignal('offer', 8)));
    assert.deepEqual([result.ok, result.error.code], [false, 'peer-replaced']);
  }
  assert.equal(party.reports().length, 1);
});

test('a session that is still connecting ends for another peer too', async () => {
  const party = await answeredSession();
  await party.session.handleSignal(mockSignal('offer', 8));
  assert.deepEqual([party.reports(), party.of('close').length, answers(party).length], [['peer-replaced'], 1, 1]);
});

test('also while the offer of the peer before is still being applied', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  party.pc.hanging.add('setRemoteDescription');
  const first = party.session.handleSignal(mockSignal('offer', 7));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(party.pc.calls, ['setRemoteDescription']);
  const second = party.session.handleSignal(mockSignal('offer', 8));
  await Promise.all([first, second]);
  assert.deepEqual([party.reports(), party.of('close').length, answers(party)], [['peer-replaced'], 1, []]);
});

test('a peer whose offer could not be applied is nobody that another could replace', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  party.pc.failing.add('setRemoteDescription');
  await party.session.handleSignal(mockSignal('offer', 7));
  party.pc.failing.clear();
  await party.session.handleSignal(mockSignal('offer', 8));
  assert.deepEqual([party.reports(), answers(party).length], [['signal-failed'], 1]);
});

test('what is no description ends nothing', async () => {
  const { b } = await connectPair();
  for (const sdp of ['nonsense', 'v=0\r\no=- 99 2 IN IP4 127.0.0.1\r\n', 'a=fingerprint:sha-256 99:AF\r\n']) {
    await b.session.handleSignal({ type: 'offer', senderId: 'alice', targetId: 'bob', sdp: { type: 'offer', sdp } });
  }
  assert.ok(b.session.isConnected);
  for (const code of b.reports()) assert.equal(code, 'signal-failed');
});

test('a listener that makes the next session and hands it the offer gets it connected', async () => {
  const { a, b, network, clock } = await connectPair();
  const handed = [];
  /** @type {ReturnType<typeof makeSession> | undefined} */
  let next;
  const carry = {
    a: (message) => void handed.push(message),
    b: (message) => void successor.session.handleSignal(message),
  };
  b.session.addEventListener('close', () => {
    next = makeSession({ network, clock, myId: 'bob', peerId: 'alice', on: { signal: carry.b } });
  });
  // The page of alice was reloaded; nobody closed her first session.
  network.link = undefined;
  const successor = makeSession({ network, clock, on: { signal: carry.a } });
  await successor.session.start();
  for (const message of handed) {
    await b.session.handleSignal(message);
    if (message.type === 'offer') assert.equal(b.of('close').length, 1);
    await next?.session.handleSignal(message);
  }
  await successor.untilEvent('connected');
  await next?.untilEvent('connected');
  assert.deepEqual([b.of('close').length, successor.reports(), next?.reports()], [1, [], []]);
  a.session.close();
});

// --- Twice, late, crosswise -----------------------------------------------------------------------------------------

test('the same offer again is answered with the same answer, and nothing is negotiated anew', async () => {
  const party = await answeredSession();
  const calls = [...party.pc.calls];
  await party.session.handleSignal(mockSignal('offer', 7));
  const [first, second, ...more] = answers(party);
  assert.deepEqual([second, more], [first, []]);
  assert.deepEqual([party.pc.calls, party.reports()], [calls, []]);
});

test('the same offer at the same time is applied once', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  await Promise.all([1, 2, 3].map(() => party.session.handleSignal(mockSignal('offer', 7))));
  assert.equal(party.pc.calls.filter((call) => call === 'setRemoteDescription').length, 1);
  assert.deepEqual(party.reports(), []);
});

test('an offer that comes once more after a renegotiation is too late, and changes nothing', async () => {
  const party = await answeredSession();
  await party.session.handleSignal(mockSignal('offer', 7, 'alice', 'bob', { version: 3, generation: 1 }));
  const calls = [...party.pc.calls];
  await party.session.handleSignal(mockSignal('offer', 7));
  assert.deepEqual([party.pc.calls, answers(party).length, party.reports()], [calls, 2, []]);
});

test('what the peer said before it began anew, and comes once more, does not end the session after', async () => {
  const owner = {};
  const before = await answeredSession({ owner });
  await before.session.handleSignal(mockSignal('offer', 8));
  assert.deepEqual(before.reports(), ['peer-replaced']);
  const next = makeSession({ myId: 'bob', peerId: 'alice', owner });
  await next.session.handleSignal(mockSignal('offer', 7));
  await next.session.handleSignal(mockSignal('offer', 8));
  await next.session.handleSignal(mockSignal('offer', 7));
  await next.session.handleSignal(mockSignal('answer', 7));
  assert.deepEqual([next.reports(), answers(next).length, next.of('close')], [[], 1, []]);
  assert.equal(next.pc.remoteDescription.sdp, mockSdp('offer', 8));
  await next.session.handleSignal(mockSignal('offer', 9));
  assert.deepEqual(next.reports(), ['peer-replaced'], 'and a third one does');
});

test('the peers of another application are none of this one', async () => {
  const party = await answeredSession();
  await party.session.handleSignal(mockSignal('offer', 8));
  assert.equal(answers(await answeredSession()).length, 1);
});

test('the same answer again, and one that comes late, are ignored', async () => {
  const { a } = await connectPair();
  const calls = [...a.pc.calls];
  await a.session.handleSignal(mockSignal('answer', 1, 'bob'));
  await a.session.handleSignal(mockSignal('answer', 5, 'bob'));
  assert.deepEqual([a.pc.calls, a.reports(), a.session.isConnected], [calls, [], true]);
});

test('an answer to no offer is ignored', async () => {
  const party = makeSession();
  await party.session.handleSignal(mockSignal('answer', 7, 'bob'));
  assert.deepEqual([party.pc.calls, party.reports()], [[], []]);
  await party.session.start();
  await party.session.handleSignal(mockSignal('answer', 7, 'bob'));
  assert.equal(party.pc.signalingState, 'stable');
});

test('an answer that cannot be applied leaves room for one that can', async () => {
  const party = makeSession();
  await party.session.start();
  await party.session.handleSignal({
    type: 'answer',
    senderId: 'bob',
    targetId: 'alice',
    sdp: { type: 'answer', sdp: '?' },
  });
  await party.session.handleSignal(mockSignal('answer', 7, 'bob'));
  assert.deepEqual([party.reports(), party.pc.signalingState], [['signal-failed'], 'stable']);
});

test('the same candidate again ends nothing', async () => {
  const { a } = await connectPair();
  const candidate = { candidate: mockCandidates.ipv4, sdpMid: '0', sdpMLineIndex: 0 };
  for (let count = 0; count < 3; count += 1) {
    await a.session.handleSignal({ type: 'candidate', senderId: 'bob', targetId: 'alice', candidate });
  }
  assert.deepEqual([a.reports(), a.session.isConnected], [[], true]);
});

test('every signal twice, each in its turn, makes one connection that carries a file', async () => {
  const network = new MockNetwork({ drain: 'auto' });
  /** @type {any} */
  const parties = {};
  const twice = (name) => (message) => {
    void parties[name].session.handleSignal(structuredClone(message));
    void parties[name].session.handleSignal(structuredClone(message));
  };
  parties.a = makeSession({ network, on: { signal: twice('b') } });
  parties.b = makeSession({ network, myId: 'bob', peerId: 'alice', on: { signal: twice('a') } });
  await Promise.all([parties.a.session.start(), parties.b.session.start()]);
  await Promise.all([parties.a.untilEvent('connected'), parties.b.untilEvent('connected')]);
  parties.b.session.pullFile(parties.a.session.sendImage(file.blob, file.hash));
  await parties.b.untilSettled(1);
  assert.deepEqual([parties.b.ends()[0][1], parties.a.reports(), parties.b.reports()], ['image', [], []]);
});

test('when both sides offer, the offer of the side whose id sorts first stands', async () => {
  const party = makeSession();
  await party.session.start();
  const calls = [...party.pc.calls];
  await party.session.handleSignal(mockSignal('offer', 7, 'bob'));
  assert.deepEqual([party.pc.calls, answers(party), party.reports()], [calls, [], []]);
  await party.session.handleSignal(mockSignal('answer', 7, 'bob'));
  assert.equal(party.pc.signalingState, 'stable');
});

test('an offer that comes while this side makes its own is no exception', async () => {
  const party = makeSession();
  const started = party.session.start();
  await party.session.handleSignal(mockSignal('offer', 7, 'bob'));
  await started;
  assert.deepEqual([answers(party), party.pc.signalingState], [[], 'have-local-offer']);
});

test('a peer that offered first is answered, and start then makes no second connection', async () => {
  const party = makeSession();
  await party.session.handleSignal(mockSignal('offer', 7, 'bob'));
  await party.session.start();
  assert.equal(answers(party).length, 1);
  assert.deepEqual([party.pc.calls.includes('createDataChannel'), party.pc.signalingState], [false, 'stable']);
});

test('a peer whose offer was none does not keep this side from making its own', async () => {
  const party = makeSession();
  await party.session.handleSignal({
    type: 'offer',
    senderId: 'bob',
    targetId: 'alice',
    sdp: { type: 'offer', sdp: '?' },
  });
  await party.session.start();
  assert.equal(signals(party, 'offer').length, 1);
});

test('after the close no signal is applied, answered or reported', async () => {
  const party = await connectRaw();
  party.session.close();
  const calls = [...party.pc.calls];
  const before = party.log.entries.length;
  for (const signal of [
    mockSignal('offer', 0, 'bob'),
    mockSignal('offer', 9, 'bob'),
    mockSignal('answer', 1, 'bob'),
    {},
  ]) {
    await party.session.handleSignal(/** @type {any} */ (signal));
  }
  assert.deepEqual([party.pc.calls, party.log.entries.length], [calls, before]);
});
