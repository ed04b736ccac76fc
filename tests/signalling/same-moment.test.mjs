// What happens on several servers before they hear of each other: in the end all see the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHub } from '../../web-demo/server/bus/memory-bus.mjs';
import { Client, newKey, offerTo, serverFor } from './client.mjs';

/** Servers that hear nothing of each other until they are told to. The clock stands still, so that every tie is one. */
async function deafServers(t, count, limits = {}) {
  const now = Date.now();
  t.mock.method(Date, 'now', () => now);
  const hub = new MemoryHub();
  let kept = [];
  const servers = [];
  for (let i = 0; i < count; i += 1) {
    const bus = hub.connect();
    const publish = (...args) => (kept ? void kept.push(() => bus.publish(...args)) : bus.publish(...args));
    const ask = (...args) => (kept ? Promise.resolve(false) : bus.ask(...args));
    servers.push(await serverFor(t, limits, { bus: { ...bus, publish, ask } }));
  }
  const hearEachOther = () => {
    const all = kept;
    kept = undefined;
    for (const say of all) say();
  };
  return { servers, hearEachOther };
}

test('of those who take the last places at the same moment all servers let the same ones stay', async (t) => {
  const { servers, hearEachOther } = await deafServers(t, 3, { maxPeersPerRoom: 4 });
  const clients = [];
  for (let i = 0; i < 12; i += 1) clients.push(await Client.join(servers[i % 3]));
  // Each server has numbered its own four moments alike: the first of each stay, and of the second the one whose id is first.
  const byId = (a, b) => (a.id < b.id ? -1 : 1);
  const stay = [...clients.slice(0, 3), clients.slice(3, 6).sort(byId)[0]];

  hearEachOther();

  for (const client of clients) {
    if (stay.includes(client)) continue;
    assert.deepEqual(await client.closed, { code: 1008, reason: 'room-full' });
  }
  for (const server of servers) {
    const seen = new Client(server);
    assert.equal((await seen.next()).code, 'room-full');
  }
  for (const client of stay) for (const other of stay) if (other !== client) client.send(offerTo(other.id));
  for (const client of stay) {
    const offers = [];
    while (offers.length < 3) {
      const message = await client.next();
      if (message.type === 'offer') offers.push(message.senderId);
      assert.notEqual(message.code, 'unknown-peer');
    }
  }
  // A place that becomes free is one, on every server.
  await stay[0].leave();
  const next = new Client(servers[1]);
  assert.deepEqual(
    (await next.next()).peers.sort(),
    stay
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  );
});

test('one key on two servers at the same moment is one of them in the end', async (t) => {
  const { servers, hearEachOther } = await deafServers(t, 2);
  const key = newKey();
  const both = [];
  for (const server of servers) both.push(await Client.join(server, 'room', { key }));
  assert.equal(both[0].id, both[1].id);

  hearEachOther();

  const loser = await Promise.race(both.map((client) => client.closed.then(() => client)));
  assert.equal((await loser.closed).reason, 'replaced');
  const winner = both.find((client) => client !== loser);
  for (const server of servers) {
    const watcher = await Client.join(server);
    assert.ok(watcher.peers.includes(winner.id));
    watcher.send(offerTo(winner.id));
    for (;;) if ((await winner.next()).senderId === watcher.id) break;
  }
  assert.equal(winner.socket.readyState, winner.socket.OPEN);
});
