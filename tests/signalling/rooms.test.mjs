import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, offerTo, serverFor } from './client.mjs';

test('every connection is given an id of its own and told who is there', async (t) => {
  const server = await serverFor(t);
  const first = await Client.join(server);
  const second = await Client.join(server);

  assert.match(first.id, /^[0-9a-f-]{36}$/);
  assert.notEqual(first.id, second.id);
  assert.deepEqual(first.peers, []);
  assert.deepEqual(second.peers, [first.id]);
  assert.deepEqual(await first.next(), { type: 'peer-joined', id: second.id });
});

test("a sender id is the server's own, whatever the client wrote", async (t) => {
  const server = await serverFor(t);
  const victim = await Client.join(server);
  const attacker = await Client.join(server);
  const target = await Client.join(server);

  attacker.send(offerTo(target.id, { senderId: victim.id, from: victim.id }));

  assert.deepEqual(await target.next(), {
    type: 'offer',
    senderId: attacker.id,
    targetId: target.id,
    sdp: { type: 'offer', sdp: 'v=0' },
  });
});

test('offers, answers and candidates reach only their target', async (t) => {
  const server = await serverFor(t);
  const sender = await Client.join(server);
  const target = await Client.join(server);
  const bystander = await Client.join(server);
  assert.equal((await target.next()).type, 'peer-joined');

  sender.send(offerTo(target.id));
  sender.send({ type: 'answer', targetId: target.id, sdp: { type: 'answer', sdp: 'v=0' } });
  sender.send({ type: 'candidate', targetId: target.id, candidate: { candidate: 'candidate:1' } });

  assert.equal((await target.next()).type, 'offer');
  assert.equal((await target.next()).type, 'answer');
  assert.deepEqual((await target.next()).candidate, { candidate: 'candidate:1' });
  await bystander.settled();
  assert.deepEqual(bystander.unread, []);
});

test('rooms are isolated: neither presence nor signals cross', async (t) => {
  const server = await serverFor(t);
  const inside = await Client.join(server, 'one');
  const outside = await Client.join(server, 'two');
  assert.deepEqual(outside.peers, []);

  outside.send(offerTo(inside.id));

  assert.equal((await outside.next()).code, 'unknown-peer');
  await outside.leave();
  await inside.settled();
  assert.deepEqual(inside.unread, []);
});

test('the others are told when someone leaves, and a rejoin is a new peer', async (t) => {
  const server = await serverFor(t);
  const stays = await Client.join(server);
  const leaves = await Client.join(server);
  assert.equal((await stays.next()).type, 'peer-joined');

  await leaves.leave();
  assert.deepEqual(await stays.next(), { type: 'peer-left', id: leaves.id });

  const returns = await Client.join(server);
  assert.notEqual(returns.id, leaves.id);
  assert.deepEqual(await stays.next(), { type: 'peer-joined', id: returns.id });
});

test('an empty room is forgotten and makes place for another', async (t) => {
  const server = await serverFor(t, { maxRooms: 1 });
  const first = await Client.join(server, 'first');
  const refused = new Client(server, 'second');
  assert.equal((await refused.next()).code, 'too-many-rooms');
  await refused.closed;

  // The server leaves the room when the socket closes there, before it answers the client's close frame.
  await first.leave();
  const second = await Client.join(server, 'second');
  assert.deepEqual(second.peers, []);
});
