// NATS that is away, that wants to be shown something, or that carries rubbish; and processes that do not answer.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { connect } from '@nats-io/transport-node';
import { busFrom } from '../../web-demo/server/bus/bus.mjs';
import { EVERY_PROCESS } from '../../web-demo/server/bus/messages.mjs';
import { NatsBus, subjectOf } from '../../web-demo/server/bus/nats-bus.mjs';
import { readSettings } from '../../web-demo/server/settings.mjs';
import { freePort } from '../support/free-port.mjs';
import { Client, offerTo, serverFor } from './client.mjs';
import { forkServer } from './forked-server.mjs';
import { startNats } from './nats-server.mjs';

/** @param {(line: string) => void} [log] */
const busIn = (environment, log = () => {}) => busFrom(readSettings(environment).bus, log);
const changed = (bus) => new Promise((resolve) => bus.onStatus(resolve));

/** Whether they met when the second came, or when NATS was reached. */
async function seen(first, second) {
  const joined = await first.next();
  assert.deepEqual(joined, { type: 'peer-joined', id: second.id });
  if (second.peers.length === 0) assert.deepEqual(await second.next(), { type: 'peer-joined', id: first.id });
}

async function serverOn(t, url) {
  const log = [];
  const bus = new NatsBus({ servers: [url], log: (line) => log.push(line) });
  return { server: await serverFor(t, {}, { bus }), bus, log };
}

test('what NATS is told of are hashes, whatever rooms are called', async (t) => {
  const nats = await startNats(t);
  const connection = await connect({ servers: nats.address });
  t.after(() => connection.close());
  const subjects = new Set();
  connection.subscribe('>', { callback: (_, { subject }) => subjects.add(subject) });
  await connection.flush();
  const { server, bus } = await serverOn(t, nats.url);
  if (bus.status !== 'connected') await changed(bus);
  for (const name of ['>', '*', 'a.*', 'a b', '会議室']) await Client.join(server, name);
  while (subjects.size < 6) await connection.flush();
  for (const subject of subjects) assert.match(subject, /^peer-session\.(?:processes|room\.[\w-]{43})$/);
});

/** Resolves when so many have tried to connect, to no avail. */
async function refuseConnections(port, count) {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  for (let i = 0; i < count; i += 1) await once(server, 'connection');
  server.close();
  await once(server, 'close');
}

test('while NATS is away rooms on one server go on, each server says so once, and then rooms are whole again', async (t) => {
  const port = await freePort();
  const refused = refuseConnections(port, 6);
  const sides = [await serverOn(t, `nats://127.0.0.1:${port}`), await serverOn(t, `nats://127.0.0.1:${port}`)];
  const [one, two] = sides.map(({ server }) => server);
  const first = await Client.join(one);
  const second = await Client.join(two);
  assert.deepEqual(second.peers, []);
  assert.equal(one.stats().bus, 'disconnected');
  await refused;

  const nats = await startNats(t, { port });
  assert.deepEqual(await first.next(), { type: 'peer-joined', id: second.id });
  assert.deepEqual(await second.next(), { type: 'peer-joined', id: first.id });
  assert.equal(one.stats().bus, 'connected');

  const away = sides.map(({ bus }) => changed(bus));
  await nats.stop();
  assert.deepEqual(await Promise.all(away), ['disconnected', 'disconnected']);
  assert.equal(one.stats().bus, 'disconnected');
  // The others are gone when nothing was heard of their process for a while.
  assert.deepEqual(await first.next(), { type: 'peer-dropped', id: second.id });
  const third = await Client.join(one);
  assert.deepEqual(third.peers, [first.id]);
  assert.deepEqual(await first.next(), { type: 'peer-joined', id: third.id });
  third.send(offerTo(first.id));
  assert.equal((await first.next()).type, 'offer');
  assert.deepEqual(await second.next(), { type: 'peer-dropped', id: first.id });
  await second.leave();
  const fourth = await Client.join(two);

  await startNats(t, { port });
  assert.deepEqual(await first.next(), { type: 'peer-joined', id: fourth.id });
  assert.deepEqual(await third.next(), { type: 'peer-joined', id: fourth.id });
  const seen = [await fourth.next(), await fourth.next()].map(({ type, id }) => `${type} ${id}`);
  assert.deepEqual(seen.sort(), [first, third].map(({ id }) => `peer-joined ${id}`).sort());
  fourth.send(offerTo(third.id));
  assert.equal((await third.next()).type, 'offer');
  for (const { log } of sides) {
    assert.deepEqual(
      log.map((line) => /cannot be reached|connected to NATS/.exec(line)?.[0]),
      ['cannot be reached', 'connected to NATS', 'cannot be reached', 'connected to NATS'],
    );
  }
});

test('a member that left while NATS was away for a moment is no ghost', async (t) => {
  const port = await freePort();
  const nats = await startNats(t, { port });
  const [one, two] = [await serverOn(t, nats.url), await serverOn(t, nats.url)];
  const [stays, goes] = [await Client.join(one.server), await Client.join(two.server)];
  assert.equal((await stays.next()).type, 'peer-joined');
  const away = [one, two].map(({ bus }) => changed(bus));
  await nats.stop();
  await Promise.all(away);
  await goes.leave();
  await startNats(t, { port });
  // Whether it is noticed by silence or by asking anew.
  assert.deepEqual(await stays.next(), { type: 'peer-dropped', id: goes.id });
  await stays.settled();
});

test('rubbish on the bus, and what speaks for others, reaches nobody', async (t) => {
  const nats = await startNats(t);
  const { server } = await serverOn(t, nats.url);
  const client = await Client.join(server);
  const other = await Client.join(server);
  assert.equal((await client.next()).type, 'peer-joined');
  const connection = await connect({ servers: nats.address });
  t.after(() => connection.close());
  const say = (value, subject = subjectOf('room')) =>
    connection.publish(subject, typeof value === 'string' ? value : JSON.stringify(value));
  const members = {
    type: 'members',
    process: 'p',
    room: 'room',
    members: [['x', 1]],
    left: [],
    asks: false,
    processes: 0,
  };
  const signal = { type: 'signal', process: 'p', room: 'room', from: other.id, signal: offerTo(client.id) };

  const ghost = { ...members, members: [['ghost', 1]] };
  for (const rubbish of [
    '',
    'rubbish',
    'null',
    '[]',
    '{"__proto__":{"process":"p"}}',
    'x'.repeat(200_000),
    JSON.stringify(ghost).padEnd(200_000),
    { ...ghost, room: 'another' },
    { ...ghost, process: '' },
    { ...ghost, process: 7 },
    { ...ghost, members: 'x' },
    { ...ghost, members: [['x']] },
    { ...ghost, members: [['ghost', -1]] },
    { ...ghost, members: [['ghost', 9e15]] },
    { ...ghost, members: [['x y', 1]] },
    { ...ghost, members: Array.from({ length: 65 }, (_, i) => [`x${i}`, 1]) },
    { ...ghost, left: [{}] },
    { ...ghost, asks: 'yes' },
    { ...ghost, processes: 1.5 },
    { ...ghost, type: 'people' },
    // Who is no member of that process.
    signal,
    { ...signal, from: 'x' },
    { ...signal, from: { id: 'x' } },
    { ...signal, signal: { type: 'welcome', targetId: client.id } },
  ])
    say(rubbish);
  for (const rubbish of [
    '',
    '{}',
    { type: 'alive', process: 'q', rooms: -1 },
    { type: 'bye' },
    { type: 'bye', process: 'q' },
  ])
    say(rubbish, subjectOf(EVERY_PROCESS));
  say(members);

  assert.deepEqual(await client.next(), { type: 'peer-joined', id: 'x' });
  assert.deepEqual(await other.next(), { type: 'peer-joined', id: 'x' });
  say({ ...signal, from: 'x', signal: { ...offerTo(client.id), senderId: other.id, more: 'y' }, more: 'z' });
  assert.deepEqual(await client.next(), { ...offerTo(client.id), senderId: 'x' });
});

test('a process that hangs is gone after a while, and back with its members when it goes on', async (t) => {
  const nats = await startNats(t);
  const { server } = await serverOn(t, nats.url);
  const hangs = await forkServer(t, nats.url);
  const here = await Client.join(server);
  const there = await Client.join(hangs);
  assert.equal((await here.next()).type, 'peer-joined');

  hangs.kill('SIGSTOP');
  assert.deepEqual(await here.next(), { type: 'peer-dropped', id: there.id });
  const late = await Client.join(server);
  assert.deepEqual(late.peers, [here.id]);
  assert.deepEqual(await here.next(), { type: 'peer-joined', id: late.id });

  hangs.kill('SIGCONT');
  assert.deepEqual(await here.next(), { type: 'peer-joined', id: there.id });
  assert.deepEqual(await late.next(), { type: 'peer-joined', id: there.id });
  late.send(offerTo(there.id));
  for (;;) if ((await there.next()).type === 'offer') break;
});

test('a process that is killed is gone after a while', async (t) => {
  const nats = await startNats(t);
  const { server } = await serverOn(t, nats.url);
  const dies = await forkServer(t, nats.url);
  const here = await Client.join(server);
  const there = await Client.join(dies);
  assert.equal((await here.next()).type, 'peer-joined');
  dies.kill('SIGKILL');
  assert.deepEqual(await here.next(), { type: 'peer-dropped', id: there.id });
  assert.equal(server.stats().otherProcesses, 0);
});

for (const [name, access, right, wrong] of [
  ['a user and a password', ['--user', 'demo', '--pass', 'p@ss'], ['demo:p%40ss@', {}], ['demo:pass@', {}]],
  ['a token in the address', ['--auth', 'secret'], ['secret@', {}], ['', {}]],
  ['a token in the environment', ['--auth', 'secret'], ['', { NATS_TOKEN: 'secret' }], ['', { NATS_TOKEN: 'wrong' }]],
]) {
  test(`NATS that wants ${name} gets it, and who has it not is told`, async (t) => {
    const nats = await startNats(t, { access });
    const log = [];
    const busWith = ([credentials, environment]) => {
      const bus = busIn({ SIGNALLING_BUS: `nats://${credentials}${nats.address}`, ...environment }, (line) =>
        log.push(line),
      );
      t.after(() => bus.close());
      return bus;
    };
    assert.equal(await changed(busWith(right)), 'connected');
    assert.equal(await changed(busWith(wrong)), 'disconnected');
    assert.match(log[1], /Authorization/i);
    assert.doesNotMatch(log.join(''), /secret|p@ss/);
  });
}

/** What nats-server takes only from a file. */
async function configured(t, text) {
  const folder = await mkdtemp(path.join(tmpdir(), 'nats-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'nats.conf'), text);
  return ['--config', path.join(folder, 'nats.conf')];
}

test('a signal that is larger than NATS is set to take is lost, and nothing else', async (t) => {
  const nats = await startNats(t, { access: await configured(t, 'max_payload: 4096') });
  const [one, two] = [await serverOn(t, nats.url), await serverOn(t, nats.url)];
  const [here, there] = [await Client.join(one.server), await Client.join(two.server)];
  await seen(here, there);
  for (let i = 0; i < 3; i += 1) here.send(offerTo(there.id, { sdp: 'x'.repeat(10_000) }));
  here.send(offerTo(there.id));
  assert.deepEqual(await there.next(), { ...offerTo(there.id), senderId: here.id });
  assert.equal(one.log.filter((line) => /payload/i.test(line)).length, 1, one.log.join());
});

test('where NATS lets nobody share rooms, it is said once, and each server goes on alone', async (t) => {
  const access = await configured(
    t,
    'authorization { default_permissions { publish: "peer-session.processes", subscribe: "peer-session.processes" }, users: [{ user: a, password: b }] }',
  );
  const nats = await startNats(t, { access });
  const { server, log } = await serverOn(t, nats.url.replace('//', '//a:b@'));
  for (const room of ['one', 'two', 'three']) {
    const first = await Client.join(server, room);
    const second = await Client.join(server, room);
    assert.deepEqual(second.peers, [first.id]);
  }
  const complaints = () => log.filter((line) => /permission/i.test(line)).length;
  while (complaints() === 0) await new Promise(setImmediate);
  assert.equal(complaints(), 1, log.join());
});

test('of several NATS servers the one that is there is used', async (t) => {
  const nats = await startNats(t);
  const bus = busIn({ SIGNALLING_BUS: `nats://127.0.0.1:${await freePort()}, ${nats.url}` });
  t.after(() => bus.close());
  assert.equal(await changed(bus), 'connected');
});

test('a bus that is none is refused in a sentence, and a file of credentials that is none, too', async (t) => {
  for (const bus of ['redis://localhost', 'nats:', 'localhost:4222', 'nats://a:1,http://b', 'nats://a/path'])
    assert.throws(() => busIn({ SIGNALLING_BUS: bus }), /SIGNALLING_BUS must be addresses that begin with nats:/);
  const folder = await mkdtemp(path.join(tmpdir(), 'bus-'));
  t.after(() => rm(folder, { recursive: true }));
  const missing = { SIGNALLING_BUS: 'nats://a:1', NATS_CREDS: path.join(folder, 'none') };
  assert.throws(() => busIn(missing), /ENOENT/);
});
