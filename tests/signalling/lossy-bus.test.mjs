// A bus that loses messages: what was lost is made good by asking anew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHub } from '../../web-demo/server/bus/memory-bus.mjs';
import { Client, offerTo, serverFor } from './client.mjs';

// Nobody is taken for gone, so that nothing but asking can help.
const limits = { processHeartbeatMs: 20, presenceRefreshMs: 100, processGoneMs: 20_000 };

/** Two servers, of which the second says nothing of its members while `isLosing`. */
async function serversOn(t) {
  const hub = new MemoryHub();
  const bus = hub.connect();
  const state = { isLosing: false };
  const lossy = {
    ...bus,
    publish(channel, message) {
      if (!state.isLosing || message.type !== 'members') bus.publish(channel, message);
    },
    ask: (room, message) => (state.isLosing ? Promise.resolve(true) : bus.ask(room, message)),
  };
  const one = await serverFor(t, limits, { bus: hub.connect() });
  return { one, two: await serverFor(t, limits, { bus: lossy }), state };
}

test('who came unnoticed is seen', async (t) => {
  const { one, two, state } = await serversOn(t);
  const first = await Client.join(one);
  const second = await Client.join(two);
  assert.equal((await first.next()).type, 'peer-joined');
  state.isLosing = true;
  const unseen = await Client.join(two);
  assert.deepEqual(await second.next(), { type: 'peer-joined', id: unseen.id });
  await first.settled();
  state.isLosing = false;
  assert.deepEqual(await first.next(), { type: 'peer-joined', id: unseen.id });
  unseen.send(offerTo(first.id));
  assert.equal((await first.next()).type, 'offer');
});

test('who left unnoticed is gone, also with the last of a server', async (t) => {
  const { one, two, state } = await serversOn(t);
  const first = await Client.join(one);
  const second = await Client.join(two);
  const third = await Client.join(two);
  for (const { id } of [second, third]) assert.deepEqual(await first.next(), { type: 'peer-joined', id });
  state.isLosing = true;
  await second.leave();
  assert.deepEqual(await third.next(), { type: 'peer-left', id: second.id });
  await first.settled();
  state.isLosing = false;
  assert.deepEqual(await first.next(), { type: 'peer-dropped', id: second.id });

  state.isLosing = true;
  await third.leave();
  assert.deepEqual(await first.next(), { type: 'peer-dropped', id: third.id });
  await first.settled();
});

test('a server that does not answer holds up nobody who comes', async (t) => {
  const hub = new MemoryHub();
  const mute = hub.connect();
  mute.subscribe('room', () => {});
  const server = await serverFor(t, { presenceAnswerMs: 50 }, { bus: hub.connect() });
  assert.deepEqual((await Client.join(server)).peers, []);
});

test('what is said before one is in the room is handled when one is', async (t) => {
  const hub = new MemoryHub();
  hub.connect().subscribe('room', () => {});
  const server = await serverFor(
    t,
    { presenceAnswerMs: 200, burstMessages: 3, messagesPerSecond: 0 },
    { bus: hub.connect() },
  );
  const early = new Client(server);
  early.socket.once('open', () => {
    early.send(offerTo('nobody'));
    early.send('rubbish');
  });
  const said = [await early.next(), await early.next(), await early.next()];
  assert.deepEqual(
    said.map(({ type, code }) => code ?? type),
    ['welcome', 'unknown-peer', 'bad-json'],
  );
  const flood = new Client(server, 'other');
  flood.socket.once('open', () => {
    for (let i = 0; i < 5; i += 1) flood.send(offerTo('nobody'));
  });
  assert.deepEqual(await flood.closed, { code: 1008, reason: 'rate-limited' });
});

test('who goes away before being let in is nobody', async (t) => {
  const hub = new MemoryHub();
  hub.connect().subscribe('room', () => {});
  const server = await serverFor(t, { presenceAnswerMs: 300 }, { bus: hub.connect() });
  const early = new Client(server);
  const stays = new Client(server);
  early.socket.once('open', () => early.socket.terminate());
  await early.closed;
  const { type, peers } = await stays.next();
  assert.deepEqual({ type, peers }, { type: 'welcome', peers: [] });
  await stays.leave();
  while (server.rooms.size > 0) await new Promise(setImmediate);
});
