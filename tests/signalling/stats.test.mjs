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

  const { bytes, refusals, ...rest } = server.stats();
  assert.deepEqual(rest, {
    sockets: 2,
    rooms: 1,
    messages: {
      in: { offer: 1, candidate: 1, unusable: 1 },
      // The last error is of the signal to nobody, by which a client sees that all before it was read.
      out: { welcome: 2, 'peer-joined': 1, offer: 1, error: 3 },
    },
    bus: 'connected',
    otherProcesses: 0,
  });
  assert.deepEqual(
    Object.entries(refusals).filter(([, count]) => count > 0),
    Object.entries({ 'room-full': 1, 'bad-json': 1, 'unknown-peer': 1 }),
  );
  assert.ok(bytes.in > 'rubbish'.length && bytes.out > bytes.in, JSON.stringify(bytes));
});
