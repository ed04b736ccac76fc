// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession } from 'peer-session';
import { hashOf } from '../support/files.mjs';
import { MockLink, MockNetwork } from 'peer-session/testing';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

const [first, second, third] = ['first', 'second', 'third'].map(hashOf);

const calls = /** @type {[string, (session: import('peer-session').PeerSession) => void, object][]} */ ([
  ['requestFile', (session) => session.requestFile(first), { type: 'request-file', hash: first }],
  ['requestSync', (session) => session.requestSync(), { type: 'sync-request' }],
  [
    'sendInventory',
    (session) => session.sendInventory([first, second]),
    { type: 'inventory', hashes: [first, second] },
  ],
  ['an empty sendInventory', (session) => session.sendInventory([]), { type: 'inventory', hashes: [] }],
  ['sendPing', (session) => session.sendPing(), { type: 'ping' }],
]);

for (const [name, call, message] of calls) {
  test(`${name} is handed to the channel within the call`, async () => {
    const party = await connectRaw();
    call(party.session);
    assert.deepEqual(party.peer.heard(), [message]);
  });

  test(`${name} does nothing before the channel opens, while it closes, and after close()`, async () => {
    const early = makeSession();
    call(early.session);
    const closing = await connectRaw();
    closing.link.a.close();
    call(closing.session);
    const closed = await connectRaw();
    closed.session.close();
    call(closed.session);
    for (const party of [early, closing, closed]) assert.deepEqual(party.reports(), []);
    assert.deepEqual([...closing.peer.heard(), ...closed.peer.heard()], []);
  });
}

test('requests and inventories reach the callbacks of the other side', async () => {
  const { a, b } = await connectPair();
  a.session.requestSync();
  a.session.sendInventory([first, second]);
  a.session.requestFile(third);
  const { hash } = await b.log.until(({ kind }) => kind === 'file-requested');
  assert.equal(hash, third);
  assert.deepEqual(
    b.of('event').map(({ type, session, data }) => [type, session === b.session, data]),
    [
      ['connected', true, undefined],
      ['sync-request', true, undefined],
      ['inventory', true, [first, second]],
    ],
  );
});

test('a ping is answered with a pong, and a pong with nothing', async () => {
  const { peer } = await connectRaw();
  peer.say({ type: 'pong' });
  assert.deepEqual(peer.heard(), []);
  peer.say({ type: 'ping' });
  assert.deepEqual(peer.heard(), [{ type: 'pong' }]);
});

test('burn and unknown types are ignored in silence', async () => {
  const party = await connectRaw();
  const before = party.log.entries.length;
  party.peer.say({ type: 'burn' }, { type: 'hello', version: 2 }, { type: 'verified-image' });
  assert.equal(party.log.entries.length, before);
  assert.deepEqual(party.peer.heard(), []);
});

test('the optional callbacks may be missing', async () => {
  const network = new MockNetwork();
  const none = () => {};
  const options = { RTCPeerConnection: /** @type {any} */ (network.RTCPeerConnection) };
  const always = { canReceiveFrom: () => true };
  const session = new PeerSession(
    'b',
    'a',
    { createdAt: 1 },
    none,
    none,
    none,
    always,
    undefined,
    undefined,
    undefined,
    undefined,
    options,
  );
  const reports = [];
  session.addEventListener('error', ({ error }) => reports.push(error.code));
  const link = new MockLink({ drain: 'manual' });
  network.connections[0].announce(link.b);
  link.open();
  link.a.send('{"type":"sync-request"}');
  link.a.send(JSON.stringify({ type: 'request-file', hash: first }));
  link.drainAll();
  assert.deepEqual([session.isConnected, reports], [true, []]);
  session.close();
});
