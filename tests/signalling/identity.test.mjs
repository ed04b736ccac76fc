// Who comes back is the same as before, and nobody else can be.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { Client, offerTo, serverFor } from './client.mjs';

const newKey = () => randomBytes(32).toString('base64url');

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
  for (const key of [victim.id, victim.id.padEnd(43, '0'), Buffer.from(victim.id, 'hex').toString('base64url')]) {
    const attacker = new Client(server, 'room', { key });
    const { type, id } = await attacker.next();
    assert.ok(type === 'error' || id !== victim.id);
  }
  victim.socket.ping();
  await once(victim.socket, 'pong');
  assert.equal(victim.socket.readyState, victim.socket.OPEN);
});

for (const key of ['', 'short', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}.`]) {
  test(`the key ${JSON.stringify(key)} is refused, and no weaker id given instead`, async (t) => {
    const server = await serverFor(t);
    const client = new Client(server, 'room', { key });
    assert.equal((await client.next()).code, 'bad-key');
    assert.equal((await client.closed).code, 1008);
    assert.equal(server.rooms.size, 0);
  });
}

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
