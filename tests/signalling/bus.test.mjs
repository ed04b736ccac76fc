// One room on several servers, over each kind of bus.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHub } from '../../web-demo/server/bus/memory-bus.mjs';
import { NatsBus } from '../../web-demo/server/bus/nats-bus.mjs';
import { Client, newKey, offerTo, serverFor } from './client.mjs';
import { startNats } from './nats-server.mjs';

const kinds = {
  memory: () => {
    const hub = new MemoryHub();
    return () => hub.connect();
  },
  NATS: async (t) => {
    const { url } = await startNats(t);
    return async () => {
      const bus = new NatsBus({ servers: [url] });
      if (bus.status !== 'connected') await new Promise((resolve) => bus.onStatus(resolve));
      return bus;
    };
  },
};

for (const [kind, makeBus] of Object.entries(kinds)) {
  const servers = async (t, count, limits = {}) => {
    const connect = await makeBus(t);
    const all = [];
    for (let i = 0; i < count; i += 1) all.push(await serverFor(t, limits, { bus: await connect() }));
    return all;
  };

  test(`${kind}: those on other servers are seen, come, speak and go like those on one`, async (t) => {
    const [one, two, three] = await servers(t, 3);
    const first = await Client.join(one);
    const second = await Client.join(two);
    assert.deepEqual(second.peers, [first.id]);
    assert.deepEqual(await first.next(), { type: 'peer-joined', id: second.id });
    const third = await Client.join(three);
    assert.deepEqual(third.peers.sort(), [first.id, second.id].sort());
    for (const client of [first, second]) assert.deepEqual(await client.next(), { type: 'peer-joined', id: third.id });

    third.send(offerTo(first.id, { senderId: second.id }));
    assert.deepEqual(await first.next(), { ...offerTo(first.id), senderId: third.id });

    await third.leave();
    for (const client of [first, second]) assert.deepEqual(await client.next(), { type: 'peer-left', id: third.id });
    second.socket.terminate();
    assert.deepEqual(await first.next(), { type: 'peer-dropped', id: second.id });
    assert.deepEqual(second.unread, []);
    await first.settled();
  });

  test(`${kind}: rooms stay apart, whatever they are called`, async (t) => {
    const [one, two] = await servers(t, 2);
    const names = ['a.b', 'a.*', 'a.>', '>', '*', 'a b', '会議室', '🎉', 'peer-session.processes', '$sys.>', "'"];
    const here = [];
    for (const name of names) here.push(await Client.join(one, name));
    for (const [i, name] of names.entries()) {
      const there = await Client.join(two, name);
      assert.deepEqual(there.peers, [here[i].id], name);
      assert.deepEqual(await here[i].next(), { type: 'peer-joined', id: there.id });
      there.send(offerTo(here[(i + 1) % names.length].id));
      assert.equal((await there.next()).code, 'unknown-peer');
    }
    for (const client of here) {
      await client.settled();
      assert.deepEqual(client.unread, []);
    }
  });

  test(`${kind}: a room holds as many as it may on all servers together`, async (t) => {
    const [one, two] = await servers(t, 2, { maxPeersPerRoom: 2 });
    const first = await Client.join(one);
    const second = await Client.join(two);
    assert.equal((await first.next()).type, 'peer-joined');
    const third = new Client(one);
    assert.equal((await third.next()).code, 'room-full');
    await second.leave();
    assert.equal((await first.next()).type, 'peer-left');
    assert.deepEqual((await Client.join(two)).peers, [first.id]);
  });

  test(`${kind}: who comes back on another server is the same, and takes their own place`, async (t) => {
    const [one, two] = await servers(t, 2, { maxPeersPerRoom: 2 });
    const stays = await Client.join(one);
    const key = newKey();
    const before = await Client.join(one, 'room', { key });
    assert.equal((await stays.next()).type, 'peer-joined');

    const after = await Client.join(two, 'room', { key });

    assert.equal(after.id, before.id);
    assert.deepEqual(after.peers, [stays.id]);
    assert.equal((await before.next()).code, 'replaced');
    await before.closed;
    assert.deepEqual(await stays.next(), { type: 'peer-joined', id: after.id });
    stays.send(offerTo(after.id));
    assert.equal((await after.next()).type, 'offer');
    await stays.settled();
  });

  test(`${kind}: a server that is closed drops its members on the others at once`, async (t) => {
    const [one, two] = await servers(t, 2, { processGoneMs: 600_000 });
    const stays = await Client.join(one);
    const goes = await Client.join(two);
    assert.equal((await stays.next()).type, 'peer-joined');
    await two.close();
    assert.deepEqual(await stays.next(), { type: 'peer-dropped', id: goes.id });
  });
}
