// @ts-check
// Where other implementations of WebRTC differ from the browsers': most was seen in node-datachannel.
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { MockLink, mockCandidates } from 'peer-session/testing';
import { mockSignal } from '../support/mock-signals.mjs';
import { connectPair, connectRaw, makeSession, untilHeld } from '../support/sessions.mjs';
import { transfersOf } from '../support/wire-log.mjs';

const file = makeFile(2000);

test('candidates wait for the description also where an empty one is there from the beginning', async () => {
  const party = makeSession({ myId: 'bob', peerId: 'alice' });
  const parties = { senderId: 'alice', targetId: 'bob' };
  party.pc.remoteDescription = { type: undefined, sdp: '' };
  const candidate = { candidate: mockCandidates.ipv4, sdpMid: '0' };
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
  const isClosed = () => link.channel('a').readyState === 'closed';
  while (!isClosed()) {
    assert.notEqual(a.pc.connectionState, 'closed');
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(a.pc.connectionState, 'closed');
  assert.equal(link.a.listenerCount, 0);
});

for (const where of ['the channel', 'the connection', 'both']) {
  test(`a close() of ${where} that throws keeps nobody from hearing of the end`, async () => {
    const party = await connectRaw();
    const boom = () => {
      throw new DOMException('no', 'InvalidStateError');
    };
    let connectionCloses = 0;
    const { close } = party.pc;
    if (where !== 'the connection') party.link.a.close = boom;
    party.pc.close = () => {
      connectionCloses += 1;
      if (where === 'the channel') close.call(party.pc);
      else boom();
    };
    party.session.pullFile('x');
    const offered = party.session.sendImage(file.blob, file.hash);
    party.session.close();
    assert.deepEqual([party.ends(), party.of('close').length, party.reports()], [[['x', 'closed']], 1, []]);
    assert.equal((await party.untilEnd(offered, 'send')).error.code, 'closed');
    while (connectionCloses === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([party.clock.pendingTimers, connectionCloses], [0, 1]);
  });
}

test('a second channel whose close() throws disturbs nothing', async () => {
  const party = await connectRaw();
  const link = new MockLink();
  link.a.close = () => {
    throw new Error('no');
  };
  party.pc.announce(link.a);
  assert.deepEqual([party.session.isConnected, party.reports()], [true, []]);
  party.session.close();
});

/** As werift, and any channel that is older than the event. */
const withoutEvent = (party) => {
  const { a } = party.link;
  delete a.onbufferedamountlow;
  const { dispatchEvent } = a;
  a.dispatchEvent = (event) => event.type === 'bufferedamountlow' || dispatchEvent.call(a, event);
};

test('where the channel has no bufferedamountlow, it is looked at by the clock, but only while something waits', async () => {
  const party = await connectRaw();
  withoutEvent(party);
  const { session, link, peer, clock } = party;
  const big = makeFile(3_000_000);
  const id = session.sendImage(big.blob, big.hash);
  peer.say({ type: 'pull-request', transferId: id });
  await untilHeld(link, 'a', 1_000_000, () => clock.advance(20));
  assert.equal(clock.pendingTimers, 1, 'a wait is on, and nothing else');
  let looks = 0;
  while (party.of('transferend').length === 0 && looks++ < 1000) {
    link.drain('a', 100_000);
    clock.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  link.drainAll();
  clock.advance(100);
  assert.equal((await party.untilEnd(id, 'send')).outcome, 'complete');
  assert.equal(clock.pendingTimers, 0, 'nothing waits, nobody looks');
  const [transfer] = transfersOf(link.log.entries, 'a');
  assert.deepEqual(transfer?.bytes, big.bytes);
  session.close();
});

test('text that waits for room goes out there, too, and a close() ends the looking', async () => {
  for (const ending of ['drains', 'closes']) {
    const party = await connectRaw();
    withoutEvent(party);
    const { session, link, peer, clock } = party;
    while (session.stats?.outboxBytes === 0) session.sendImage(file.blob, file.hash, false, 'n'.repeat(1000));
    session.sendPing();
    assert.equal(peer.heard('ping').length, 0);
    if (ending === 'drains') {
      link.drain('a');
      clock.advance(20);
      assert.equal(peer.heard('ping').length, 1);
    }
    session.close();
    assert.equal(clock.pendingTimers, 0);
  }
});
