// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession } from 'peer-session';
import { MockLink } from '../support/mock-channel.mjs';
import { MockNetwork } from '../support/mock-connection.mjs';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

const calls = /** @type {[string, (session: import('peer-session').PeerSession) => void, object][]} */ ([
  ['requestFile', (session) => session.requestFile('abc'), { type: 'request-file', hash: 'abc' }],
  ['requestSync', (session) => session.requestSync(), { type: 'sync-request' }],
  ['sendInventory', (session) => session.sendInventory(['a', 'b']), { type: 'inventory', hashes: ['a', 'b'] }],
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
  a.session.sendInventory(['aa', 'bb']);
  a.session.requestFile('cc');
  const { hash } = await b.log.until(({ kind }) => kind === 'file-requested');
  assert.equal(hash, 'cc');
  assert.deepEqual(
    b.of('event').map(({ type, session, data }) => [type, session === b.session, data]),
    [
      ['connected', true, undefined],
      ['sync-request', true, undefined],
      ['inventory', true, ['aa', 'bb']],
    ],
  );
});

test('a ping is answered with a pong, and a pong with nothing', async () => {
  const { peer } = await connectRaw();
  peer.say({ type: 'pong' }, { type: 'ping' });
  assert.deepEqual(peer.heard(), [{ type: 'pong' }]);
});

for (const [what, message] of /** @type {[string, any][]} */ ([
  ['a ping', { type: 'ping' }],
  ['a pong', { type: 'pong' }],
  ['another message', { type: 'sync-request' }],
  ['a message of an unknown type', { type: 'hello' }],
  ['what is no message', 'rubbish'],
  ['bytes of a file', new Uint8Array(100)],
])) {
  test(`${what} of the peer moves lastSeen, by which clients prune`, async (t) => {
    let now = 1000;
    t.mock.method(Date, 'now', () => now);
    const { session, peer } = await connectRaw();
    now = 2000;
    session.sendPing();
    assert.equal(session.lastSeen, 1000, 'what this side says does not');
    peer.say(message);
    assert.equal(session.lastSeen, 2000);
  });
}

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
  link.a.send('{"type":"request-file","hash":"x"}');
  link.drainAll();
  assert.deepEqual([session.isConnected, reports], [true, []]);
  session.close();
});
