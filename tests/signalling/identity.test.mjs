// Who comes back is the same as before, and nobody else can be.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { Client, newKey, offerTo, serverFor } from './client.mjs';

test('with the same key one is the same in that room, on that server and on the next', async (t) => {
  const key = newKey();
  const first = await startServer({ port: 0 });
  const { id } = await Client.join(first, 'room', { key });
  await first.close();

  const second = await serverFor(t);
  assert.equal((await Client.join(second, 'room', { key })).id, id);
  assert.notEqual((await Client.join(second, 'another room', { key })).id, id);
  assert.notEqual((await Client.join(second, 'room', { key: newKey() })).id, id);
});

test('an id tells nothing that helps to become it', async (t) => {
  const server = await serverFor(t);
  const victim = await Client.join(server, 'room', { key: newKey() });
  assert.match(victim.id, /^[0-9a-f]{32}$/);

  // All that others ever see is the id.
  const expiry = newKey().split('.')[0];
  for (const key of [victim.id, victim.id.padEnd(43, '0'), Buffer.from(victim.id, 'hex').toString('base64url')]) {
    const attacker = new Client(server, 'room', { key: `${expiry}.${key}` });
    const { type, id } = await attacker.next();
    assert.ok(type === 'error' || id !== victim.id);
  }
  victim.socket.ping();
  await once(victim.socket, 'pong');
  assert.equal(victim.socket.readyState, victim.socket.OPEN);
});

const secret = 'x'.repeat(43);
for (const key of [
  '',
  'short',
  secret,
  `.${secret}`,
  `${newKey().slice(0, -1)}`,
  `${newKey()}x`,
  `${newKey().slice(0, -1)}.`,
  `1e9.${secret}`,
  `-1.${secret}`,
  `${'9'.repeat(13)}.${secret}`,
]) {
  test(`the key ${JSON.stringify(key)} is refused, and no weaker id given instead`, async (t) => {
    const server = await serverFor(t);
    const client = new Client(server, 'room', { key });
    assert.equal((await client.next()).code, 'bad-key');
    assert.equal((await client.closed).code, 1008);
    assert.equal(server.rooms.size, 0);
  });
}

const day = 24 * 60 * 60;
for (const [name, lasts] of [
  ['has expired', -1],
  ['expired long ago', -10_000 * day],
  ['is to hold for more than a day', 2 * day],
  ['is to hold for ever', 99_999_999_999],
]) {
  test(`a key that ${name} is refused with the time by which a new one is drawn`, async (t) => {
    const server = await serverFor(t);
    const client = new Client(server, 'room', { key: newKey(Date.now(), lasts) });
    const { code, now } = await client.next();
    assert.equal(code, 'key-expired');
    assert.ok(Math.abs(now - Date.now() / 1000) < 60);
    assert.equal((await client.closed).code, 1008);
    assert.ok((await Client.join(server, 'room', { key: newKey(now * 1000) })).id);
  });
}

test('a clock that is a little wrong is no reason to refuse a key', async (t) => {
  const server = await serverFor(t);
  for (const minutes of [-50, 50])
    assert.ok((await Client.join(server, 'room', { key: newKey(Date.now() + minutes * 60_000) })).id);
});

test('a key with a later expiry is another key', async (t) => {
  const server = await serverFor(t);
  const [expiry, secretPart] = newKey(Date.now(), day / 2).split('.');
  const { id } = await Client.join(server, 'room', { key: `${expiry}.${secretPart}` });
  const later = await Client.join(server, 'room', { key: `${Number(expiry) + 3_600}.${secretPart}` });
  assert.notEqual(later.id, id);
});

test('who comes back before the server noticed that they were gone takes their own place, also in a full room', async (t) => {
  const server = await serverFor(t, { maxPeersPerRoom: 2 });
  const other = await Client.join(server);
  const key = newKey();
  const before = await Client.join(server, 'room', { key });
  assert.deepEqual(await other.next(), { type: 'peer-joined', id: before.id });

  const after = await Client.join(server, 'room', { key });

  assert.equal(after.id, before.id);
  assert.deepEqual(after.peers, [other.id]);
  assert.equal((await before.next()).code, 'replaced');
  assert.equal((await before.closed).code, 1008);
  // Told, so that a connection whose signals went to the old socket is made anew; and never told that anybody left.
  assert.deepEqual(await other.next(), { type: 'peer-joined', id: after.id });
  other.send(offerTo(after.id));
  assert.equal((await after.next()).type, 'offer');
  await other.settled();
  assert.deepEqual(other.unread, []);
});

test('who says goodbye has left; who is cut off was dropped', async (t) => {
  const server = await serverFor(t);
  const stays = await Client.join(server);
  for (const [end, said] of [
    [(socket) => socket.close(), 'peer-left'],
    // What browsers say for a page that is closed or left.
    [(socket) => socket.close(1000), 'peer-left'],
    [(socket) => socket.terminate(), 'peer-dropped'],
    // It broke a rule; the page behind it is still there.
    [(socket) => socket.send('x'.repeat(70_000)), 'peer-dropped'],
  ]) {
    const leaves = await Client.join(server);
    assert.equal((await stays.next()).type, 'peer-joined');
    end(leaves.socket);
    assert.deepEqual(await stays.next(), { type: said, id: leaves.id });
  }
});
