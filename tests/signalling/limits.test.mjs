import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from '../../web-demo/server/token-bucket.mjs';
import { Client, offerTo, serverFor } from './client.mjs';

test('a flood closes the sender after the burst it is allowed', async (t) => {
  const server = await serverFor(t, { burstMessages: 10, messagesPerSecond: 0 });
  const target = await Client.join(server);
  const sender = await Client.join(server);
  assert.equal((await target.next()).type, 'peer-joined');

  for (let i = 0; i < 100; i += 1) sender.send(offerTo(target.id));

  assert.deepEqual(await sender.closed, { code: 1008, reason: 'rate-limited' });
  for (let i = 0; i < 10; i += 1) assert.equal((await target.next()).type, 'offer');
  assert.deepEqual(await target.next(), { type: 'peer-dropped', id: sender.id });
});

test('a full mesh that joins at once stays within the default burst', async (t) => {
  const server = await serverFor(t);
  const peers = [];
  for (let i = 0; i < 8; i += 1) peers.push(await Client.join(server));
  const last = peers[7];
  for (const id of last.peers) for (let i = 0; i < 21; i += 1) last.send(offerTo(id));
  await last.settled();
  assert.equal(last.socket.readyState, last.socket.OPEN);
});

test('tokens come back at the given rate and never exceed the burst', () => {
  let now = 0;
  const bucket = new TokenBucket(2, 10, () => now);
  assert.deepEqual([bucket.take(), bucket.take(), bucket.take()], [true, true, false]);
  now = 99;
  assert.equal(bucket.take(), false);
  now = 100;
  assert.equal(bucket.take(), true);
  now = 60_000;
  assert.deepEqual([bucket.take(), bucket.take(), bucket.take()], [true, true, false]);
  now = 0;
  assert.equal(bucket.take(), false);
});

test('a full room refuses the next, and takes one when another has left', async (t) => {
  const server = await serverFor(t, { maxPeersPerRoom: 2 });
  const first = await Client.join(server);
  const second = await Client.join(server);
  assert.equal((await first.next()).type, 'peer-joined');

  const third = new Client(server);
  assert.equal((await third.next()).code, 'room-full');
  assert.deepEqual(await third.closed, { code: 1008, reason: 'room-full' });

  await second.leave();
  assert.equal((await first.next()).type, 'peer-left');
  const fourth = await Client.join(server);
  assert.deepEqual(fourth.peers, [first.id]);
});

test('a client that was refused is no ghost in the room', async (t) => {
  const server = await serverFor(t, { maxPeersPerRoom: 1 });
  const inside = await Client.join(server);
  const refused = new Client(server);
  assert.equal((await refused.next()).code, 'room-full');
  await refused.closed;
  await inside.settled();
  assert.deepEqual(inside.unread, []);
});

test('a receiver that stopped reading is dropped instead of being buffered for', async (t) => {
  const server = await serverFor(t, { maxBufferedBytes: 0, burstMessages: 10_000 });
  const sender = await Client.join(server);
  const stuck = await Client.join(server);
  assert.equal((await sender.next()).type, 'peer-joined');
  stuck.socket.pause();

  const message = JSON.stringify(offerTo(stuck.id, { sdp: { type: 'offer', sdp: 'x'.repeat(60_000) } }));
  const dropped = sender.next();
  // Until the kernel's own buffers are full the server sees nothing waiting, so it takes some megabytes.
  for (let i = 0; i < 1_000; i += 1) sender.send(message);

  assert.deepEqual(await dropped, { type: 'peer-dropped', id: stuck.id });
});
