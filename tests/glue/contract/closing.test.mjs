// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

const file = makeFile(30_000);

/** What the channel holds goes out, and then it closes, and its connection. */
async function untilChannelClosed({ link }) {
  link.drainAll();
  while (link.a.readyState !== 'closed') await new Promise((resolve) => setImmediate(resolve));
}

test('close closes channel and connection, stops every timer and removes every listener', async () => {
  const party = await connectRaw({ options: { partialStore: false } });
  const { session, clock, link, pc, peer } = party;
  session.sendImage(file.blob, file.hash);
  session.pullFile('waiting');
  session.pullFile('running');
  peer.meta(file, 'running');
  assert.ok(clock.pendingTimers > 0 && link.a.listenerCount > 0);
  session.close();
  assert.equal(clock.pendingTimers, 0);
  assert.deepEqual([session.isConnected, session.isConnectionFailed, session.stats], [false, true, undefined]);
  assert.equal(session.state, 'closed');
  await untilChannelClosed(party);
  assert.deepEqual([link.a.readyState, pc.connectionState], ['closed', 'closed']);
  assert.deepEqual([clock.pendingTimers, link.a.listenerCount], [0, 0]);
});

test('close is idempotent: what was told is told once', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.session.close();
  party.session.close();
  party.session[Symbol.dispose]?.();
  assert.deepEqual([party.of('close').length, party.settled()], [1, 1]);
  await untilChannelClosed(party);
  party.session.close();
  assert.equal(party.pc.calls.filter((call) => call === 'close').length, 1);
});

test('close before anything else is fine', () => {
  const party = makeSession();
  party.session.close();
  party.session.close();
  assert.deepEqual([party.of('close').length, party.pc.connectionState], [1, 'closed']);
});

test('what the peer says after close reaches nobody', async () => {
  const party = await connectRaw();
  party.session.close();
  const before = party.log.entries.length;
  party.link.a.dispatchEvent(new MessageEvent('message', { data: '{"type":"sync-request"}' }));
  party.link.a.dispatchEvent(new Event('close'));
  party.pc.become('failed');
  assert.equal(party.log.entries.length, before);
});

test('when one side closes, the other settles its pulls and closes too', async () => {
  const { a, b } = await connectPair({ link: { bytesPerTurn: 5000, maxMessageSize: 10_000 } });
  const ids = [1, 2, 3].map((seed) => {
    const { blob, hash } = makeFile(100_000, { seed });
    return /** @type {string} */ (a.session.sendImage(blob, hash));
  });
  for (const id of ids) b.session.pullFile(id);
  await b.log.until(({ kind }) => kind === 'progress');
  a.session.close();
  await b.log.until(({ kind }) => kind === 'close');
  assert.deepEqual(b.ends().sort(), ids.map((id) => [id, 'closed']).sort());
  assert.equal(b.session.isConnectionFailed, true);
});

test('a disconnected connection may come back; a failed one ends the session', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.pc.become('disconnected');
  assert.equal(party.settled(), 0);
  party.pc.become('connected');
  party.pc.become('failed');
  assert.deepEqual([party.ends(), party.of('close').length], [[['x', 'channel-error']], 1]);
});
