// @ts-check
// Clients drop a peer whose `lastSeen` stands still, so that it moves with whatever the peer says.
import assert from 'node:assert/strict';
import test from 'node:test';
import { hashOf, makeFile } from '../support/files.mjs';
import { connectPair, connectRaw, describe } from '../support/sessions.mjs';

const file = makeFile(5000);
const offer = describe(file, 'x');
const inventory = { type: 'inventory', hashes: [hashOf('a')] };

/** A session that was seen at 1,000, on a clock that says 2,000. */
async function seenAt1000(t) {
  let now = 1000;
  t.mock.method(Date, 'now', () => now);
  const party = await connectRaw();
  assert.equal(party.session.lastSeen, 1000);
  now = 2000;
  return party;
}

for (const [what, said] of /** @type {[string, any][]} */ ([
  ['an offer', { type: 'offer-file', ...offer }],
  ['a pull of what was not offered', { type: 'pull-request', transferId: 'x' }],
  ['a meta', { type: 'meta', ...offer }],
  ['an abort', { type: 'transfer-abort', transferId: 'x', reason: 'unreadable' }],
  ['a sync request', { type: 'sync-request' }],
  ['an inventory', inventory],
  ['a request for a file', { type: 'request-file', hash: hashOf('a') }],
  ['a ping', { type: 'ping' }],
  ['a pong', { type: 'pong' }],
  ['a burn', { type: 'burn' }],
  ['a message of an unknown type', { type: 'from the future' }],
  ['what is no message', 'hello'],
  ['bytes that nobody asked for', file.bytes],
  ['an empty binary message', new Uint8Array(0)],
])) {
  test(`${what} moves lastSeen`, async (t) => {
    const { session, peer } = await seenAt1000(t);
    peer.say(said);
    assert.equal(session.lastSeen, 2000);
    session.close();
  });
}

test('each part of a file moves lastSeen, before its callbacks are called', async (t) => {
  let now = 1000;
  t.mock.method(Date, 'now', () => now);
  const { session, peer } = await connectRaw();
  const seen = [];
  session.addEventListener('progress', () => seen.push(session.lastSeen));
  session.pullFile('x');
  peer.meta(file, 'x');
  for (const start of [0, 1000, 2000]) {
    now += 1000;
    peer.say(file.bytes.subarray(start, start + 1000));
    assert.equal(session.lastSeen, now);
  }
  assert.equal(seen[0], 2000, 'a callback sees it moved');
  session.close();
});

test('what this side says moves nothing, and so does what comes after close()', async (t) => {
  const { session, peer, link } = await seenAt1000(t);
  session.sendPing();
  session.sendImage(file.blob, file.hash);
  session.pullFile('x');
  assert.equal(session.lastSeen, 1000);
  session.close();
  link.a.dispatchEvent(new MessageEvent('message', { data: '{"type":"ping"}' }));
  peer.pc.become('failed');
  assert.equal(session.lastSeen, 1000);
});

test('a peer that only receives is seen by its pulls, and one that only sends by its bytes', async (t) => {
  let now = 1000;
  t.mock.method(Date, 'now', () => now);
  const { a, b } = await connectPair();
  const id = /** @type {string} */ (a.session.sendImage(file.blob, file.hash));
  now = 2000;
  b.session.pullFile(id);
  await b.untilSettled(1);
  assert.deepEqual([a.session.lastSeen, b.session.lastSeen], [2000, 2000]);
});
