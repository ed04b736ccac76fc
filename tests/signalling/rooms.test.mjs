import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, offerTo, serverFor } from './client.mjs';

test('every connection is given an id of its own and told who is there', async (t) => {
  const server = await serverFor(t);
  const first = await Client.join(server);
  const second = await Client.join(server);

  assert.match(first.id, /^[0-9a-f]{32}$/);
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

for (const [name, signal] of [
  ['an offer as a whole description', { type: 'offer', sdp: { type: 'offer', sdp: 'v=0' } }],
  ['an answer as a whole description', { type: 'answer', sdp: { type: 'answer', sdp: 'v=0' } }],
  ['an offer as text', { type: 'offer', sdp: 'v=0' }],
  [
    'a candidate',
    {
      type: 'candidate',
      candidate: { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null },
    },
  ],
  ['a candidate in few words', { type: 'candidate', candidate: { candidate: '' } }],
  ['the end of candidates', { type: 'candidate', candidate: null }],
]) {
  test(`${name} passes as it is, and nothing that is no part of it`, async (t) => {
    const server = await serverFor(t);
    const target = await Client.join(server);
    const sender = await Client.join(server);
    assert.equal((await target.next()).type, 'peer-joined');
    const [part] = Object.keys(signal).filter((key) => key !== 'type');
    const isObject = typeof signal[part] === 'object' && signal[part] !== null;
    const stuffed = isObject ? { ...signal[part], more: 'x', __proto__: { evil: 1 } } : signal[part];

    sender.send({ ...signal, targetId: target.id, [part]: stuffed, more: 'x' });

    assert.deepEqual(await target.next(), { ...signal, targetId: target.id, senderId: sender.id });
  });
}

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

test('the others are told when someone leaves, and a rejoin without a key is a new peer', async (t) => {
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

for (const [one, other] of [
  ['Büro', 'Bu\u0308ro'],
  ["Renée's  room ", "RENÉE'S ROOM"],
  ['会議室１', '会議室1'],
  ['غرفة', 'غرفة'],
  ['🎉 Party', '🎉 party'],
  ['👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم'],
]) {
  test(`a room has a name of any script: ${one} and ${other} are one`, async (t) => {
    const server = await serverFor(t);
    const first = await Client.join(server, one);
    const second = await Client.join(server, other);
    assert.deepEqual(second.peers, [first.id]);
    assert.equal(server.rooms.size, 1);
  });
}
