// @ts-check
// Where other implementations of WebRTC differ from the browsers'. Each was seen in node-datachannel.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ipv4Candidate, mockSignal } from '../support/mock-connection.mjs';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

test('candidates wait for the description also where an empty one is there from the beginning', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  const parties = { senderId: 'alice', targetId: 'bob' };
  party.pc.remoteDescription = { type: undefined, sdp: '' };
  const candidate = { candidate: ipv4Candidate, sdpMid: '0' };
  await party.session.handleSignal({ type: 'candidate', ...parties, candidate });
  assert.deepEqual(party.pc.calls, []);
  await party.session.handleSignal(mockSignal('offer', 7));
  assert.deepEqual(party.pc.calls.slice(0, 2), ['setRemoteDescription', 'addIceCandidate']);
});

test('a connection that says it is closed ends the session in order', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.pc.become('closed');
  assert.deepEqual([party.ends(), party.of('close').length], [[['x', 'closed']], 1]);
});

test('a connection that fails and is closed before anyone can ask ends the session that never opened', async () => {
  const party = makeSession();
  await party.session.start();
  party.pc.become('closed');
  assert.equal(party.of('close').length, 1);
});

test('a channel that says it is open although it was is no new connection', async () => {
  const party = await connectRaw();
  party.link.a.dispatchEvent(new Event('open'));
  assert.equal(party.events('connected').length, 1);
});

test('a channel that begins to close only later is closed before its connection', async () => {
  const { a, b, link } = await connectPair();
  const { close } = link.a;
  link.a.close = () => void setImmediate(() => close.call(link.a));
  a.session.close();
  assert.equal(link.a.readyState, 'open');
  assert.deepEqual([a.session.isConnected, a.session.isConnectionFailed], [false, true], 'for the caller it is over');
  assert.deepEqual(a.pc.calls.includes('close'), false);
  await b.log.until(({ kind }) => kind === 'close');
  assert.deepEqual([link.a.readyState, a.pc.connectionState], ['closed', 'closed']);
  assert.equal(link.a.listenerCount, 1, 'the one that closed the connection, and was called');
});
