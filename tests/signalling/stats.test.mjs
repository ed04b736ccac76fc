import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, offerTo, serverFor } from './client.mjs';

test('the server counts what is there, what passes and what it refuses', async (t) => {
  const server = await serverFor(t, { maxPeersPerRoom: 2 });
  const first = await Client.join(server);
  const second = await Client.join(server);
  const third = new Client(server);
  await third.closed;
  first.send(offerTo(second.id));
  await second.next();
  second.send('rubbish');
  await second.next();
  await second.settled();

  assert.deepEqual(server.stats(), {
    sockets: 2,
    rooms: 1,
    messagesIn: 3,
    // Two welcomes, one who joined, a signal and three refusals.
    messagesOut: 7,
    refusals: { 'room-full': 1, 'bad-json': 1, 'unknown-peer': 1 },
    bus: 'connected',
    otherProcesses: 0,
  });
});
