// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeSession, connectRaw, PeerSession } from '../support/sessions.mjs';
import { MockNetwork } from 'peer-session/testing';

test('a session can be made as soon as the package is imported', () => {
  const { session } = makeSession();
  assert.ok(session instanceof PeerSession);
  assert.ok(session instanceof EventTarget);
  session.close();
});

test('peerId is the real peer id when there is one, and sessionPeerId never is', () => {
  const plain = makeSession({ peerId: 'bob' });
  const real = makeSession({ peerId: 'bob', realPeerId: 'bob-for-life' });
  assert.deepEqual([plain.session.peerId, plain.session.sessionPeerId], ['bob', 'bob']);
  assert.deepEqual([real.session.peerId, real.session.sessionPeerId], ['bob-for-life', 'bob']);
});

test('without ICE servers the three public STUN servers are used', () => {
  assert.deepEqual(makeSession().pc.configuration, {
    iceServers: ['stun', 'stun1', 'stun2'].map((host) => ({ urls: `stun:${host}.l.google.com:19302` })),
  });
});

test('given ICE servers are used instead, none included', () => {
  const iceServers = [{ urls: 'turn:turn.example', username: 'u', credential: 'c' }];
  assert.deepEqual(makeSession({ iceServers }).pc.configuration, { iceServers });
  assert.deepEqual(makeSession({ iceServers: [] }).pc.configuration, { iceServers: [] });
});

test('lastSeen begins as the time of construction', (t) => {
  t.mock.method(Date, 'now', () => 1234);
  assert.equal(makeSession().session.lastSeen, 1234);
});

test('isConnected is the channel being open: not before, and not from its closing on', async () => {
  const before = makeSession();
  assert.equal(before.session.isConnected, false);
  const party = await connectRaw();
  assert.equal(party.session.isConnected, true);
  party.link.a.close();
  assert.equal(party.link.a.readyState, 'closing');
  assert.equal(party.session.isConnected, false);
});

for (const [state, expected] of /** @type {const} */ ([
  ['new', false],
  ['connecting', false],
  ['connected', false],
  ['disconnected', true],
  ['failed', true],
  ['closed', true],
])) {
  test(`isConnectionFailed is ${expected} while the connection is ${state}`, () => {
    const { session, pc } = makeSession();
    pc.connectionState = state;
    assert.equal(session.isConnectionFailed, expected);
  });
}

test('where there is no RTCPeerConnection the constructor says what to do', () => {
  assert.equal(globalThis.RTCPeerConnection, undefined, 'Node has none');
  const make = () => makeSession({ options: { RTCPeerConnection: undefined } });
  assert.throws(make, { name: 'PeerSessionError', code: 'webrtc-unavailable', message: /RTCPeerConnection/ });
});

test('where a connection cannot be made, as with a bad ICE server, the constructor says so, with the cause', () => {
  const cause = new DOMException("'stub:nowhere' is not a valid URL", 'SyntaxError');
  const RTCPeerConnection = /** @type {any} */ (
    class {
      constructor() {
        throw cause;
      }
    }
  );
  const make = () => makeSession({ iceServers: [{ urls: 'stub:nowhere' }], options: { RTCPeerConnection } });
  assert.throws(make, { name: 'PeerSessionError', code: 'connection-failed', cause });
});

test('the channel is ordered, reliable, binary as ArrayBuffer, and labelled as asked', async () => {
  const network = new MockNetwork();
  const { session, pc } = makeSession({ network, options: { channelLabel: 'images' } });
  await session.start();
  const { ordered = true, maxRetransmits, maxPacketLifeTime } = pc.channelInit ?? {};
  assert.deepEqual([ordered, maxRetransmits, maxPacketLifeTime], [true, undefined, undefined]);
  assert.deepEqual([network.link?.a.binaryType, network.link?.a.label], ['arraybuffer', 'images']);
});
