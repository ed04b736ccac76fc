import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHub } from '../../web-demo/server/bus/memory-bus.mjs';
import { createLog } from '../../web-demo/server/log.mjs';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { freePort } from '../support/free-port.mjs';
import { Client, keptLog, offerTo, serverFor, statusOfUpgrade } from './client.mjs';

const TOKEN = 'a token of some length';

test('/healthz says that it is well', async (t) => {
  const server = await serverFor(t);
  const answer = await fetch(`${server.url}healthz`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  const { status, uptimeSeconds } = await answer.json();
  assert.equal(status, 'ok');
  assert.ok(Number.isInteger(uptimeSeconds));
});

test('a server whose bus is gone goes on, is not to be taken out of service, and says so', async (t) => {
  const bus = new MemoryHub().connect();
  const server = await serverFor(t, {}, { bus, metrics: { port: 0 } });
  const ask = async () => {
    const answer = await fetch(`${server.url}healthz`);
    const { status, bus } = await answer.json();
    const text = await (await fetch(`http://localhost:${server.metricsPort}/metrics`)).text();
    return [answer.status, status, bus, Number(/^peer_session_demo_bus_connected (\d)$/m.exec(text)[1])];
  };
  assert.deepEqual(await ask(), [200, 'ok', 'connected', 1]);
  bus.status = 'disconnected';
  assert.deepEqual(await ask(), [200, 'degraded', 'disconnected', 0]);
});

test('while it stops, /healthz says 503 and nobody new gets in', async () => {
  const server = await startServer({ port: 0, limits: { shutdownGraceMs: 600_000 } });
  const stuck = await Client.join(server);
  stuck.socket.pause();

  const stopped = server.close();
  const answer = await fetch(`${server.url}healthz`);
  assert.equal(answer.status, 503);
  assert.equal((await answer.json()).status, 'stopping');
  assert.equal(await statusOfUpgrade(server, '/signal?room=room'), 503);

  stuck.socket.terminate();
  await stopped;
});

test('metrics are not there unless they are asked for', async (t) => {
  const server = await serverFor(t);
  assert.equal((await fetch(`${server.url}metrics`)).status, 404);
});

test('metrics with a token are for who has it', async (t) => {
  const server = await serverFor(t, {}, { metrics: { token: TOKEN } });
  const ask = (headers) => fetch(`${server.url}metrics`, { headers });
  for (const headers of [{}, { authorization: TOKEN }, { authorization: `Bearer ${TOKEN}.` }]) {
    const { status } = await ask(headers);
    assert.equal(status, 401);
  }
  const answer = await ask({ authorization: `Bearer ${TOKEN}` });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
});

test('a port of their own has metrics and health and nothing else, and the page none', async (t) => {
  const server = await serverFor(t, {}, { metrics: { port: 0 } });
  const own = `http://localhost:${server.metricsPort}/`;
  assert.equal((await fetch(`${own}metrics`)).status, 200);
  assert.equal((await fetch(`${own}healthz`)).status, 200);
  assert.equal((await fetch(own)).status, 404);
  assert.equal((await fetch(`${server.url}metrics`)).status, 404);
});

test('a port for metrics that is in use is an error, and leaves nothing behind', async (t) => {
  const first = await serverFor(t, {}, { metrics: { port: 0 } });
  let closed = false;
  const bus = { ...new MemoryHub().connect(), close: async () => void (closed = true) };
  const port = await freePort();
  const starting = startServer({ port, bus, metrics: { port: first.metricsPort } });
  await assert.rejects(starting, { code: 'EADDRINUSE' });
  assert.ok(closed, 'the bus');
  assert.equal((await serverFor(t, {}, { port })).port, port);
});

test('they count sockets, rooms, messages by type and direction, bytes, and refusals by code', async (t) => {
  const server = await serverFor(t, { maxPeersPerRoom: 2 }, { metrics: { port: 0 } });
  const left = await Client.join(server, 'secret room');
  const right = await Client.join(server, 'secret room');
  await Client.join(server, 'other');
  left.send(offerTo(right.id));
  await left.next();
  assert.equal((await right.next()).type, 'offer');
  await new Client(server, 'secret room').closed;
  assert.equal(await statusOfUpgrade(server, '/signal', { Origin: 'http://elsewhere.example' }), 403);

  const ask = async () => (await fetch(`http://localhost:${server.metricsPort}/metrics`)).text();
  await ask();
  const text = await ask();
  const value = (name) => Number(new RegExp(`^peer_session_demo_${name} (\\d+)$`, 'm').exec(text)?.[1]);
  assert.equal(value('sockets'), 3);
  assert.equal(value('rooms'), 2);
  assert.equal(value('messages_total\\{direction="in",type="offer"\\}'), 1);
  assert.equal(value('messages_total\\{direction="out",type="offer"\\}'), 1);
  assert.equal(value('messages_total\\{direction="out",type="welcome"\\}'), 3);
  assert.equal(value('refusals_total\\{code="room-full"\\}'), 1);
  assert.equal(value('refusals_total\\{code="bad-origin"\\}'), 1);
  assert.ok(value('bytes_total\\{direction="in"\\}') >= JSON.stringify(offerTo(right.id)).length);
  assert.match(text, /^process_cpu_seconds_total /m);
  for (const hidden of ['secret', left.id, right.id]) assert.ok(!text.includes(hidden));
});

test('what was refused is one line for each interval, with no name in it', { timeout: 60_000 }, async (t) => {
  const { lines, log } = keptLog();
  const server = await startServer({ port: 0, log, limits: { reportMs: 600_000 } });
  t.after(() => server.close());
  for (let i = 0; i < 3; i += 1) await statusOfUpgrade(server, `/secret-${i}`);
  await new Client(server, '').closed;
  await server.close();
  assert.deepEqual(lines, [{ level: 'info', event: 'refused', 'not-found': 3, 'bad-room': 1 }]);
});

test('the next line has what came since', { timeout: 60_000 }, async (t) => {
  const { lines, log } = keptLog();
  const server = await serverFor(t, { reportMs: 20 }, { log });
  for (let count = 1; count <= 3; count += 1) {
    await statusOfUpgrade(server, '/nothing');
    while (lines.length < count) await fetch(`${server.url}healthz`);
  }
  assert.deepEqual(
    lines.map((line) => line['not-found']),
    [1, 1, 1],
  );
});

test('lines are for people or for machines, and nobody writes a second one', () => {
  const written = [];
  const options = { write: (line) => written.push(line), now: () => new Date(0) };
  const details = { origin: 'http://a\n2026 listening', count: 2, nothing: undefined };
  createLog('text', options).warn('refused', details);
  createLog('json', options).info('refused', { ...details, origin: 'x'.repeat(1000) });
  assert.equal(written[0], '1970-01-01T00:00:00.000Z warning: refused origin="http://a\\n2026 listening" count=2\n');
  assert.deepEqual(JSON.parse(written[1]), {
    time: '1970-01-01T00:00:00.000Z',
    level: 'info',
    event: 'refused',
    origin: 'x'.repeat(200),
    count: 2,
  });
});

test('below a path: page, health and signalling are there, the path without its slash leads to it', async (t) => {
  const server = await serverFor(t, {}, { basePath: '/files/of/us/', root: new URL('.', import.meta.url).pathname });
  assert.match(server.url, /\/files\/of\/us\/$/);
  assert.equal((await fetch(`${server.url}client.mjs`)).status, 200);
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
  assert.ok((await Client.join(server)).id);
  const { origin } = new URL(server.url);
  assert.equal((await fetch(`${origin}/healthz`)).status, 200, 'for who asks the process itself');
  for (const path of [
    '/',
    '/client.mjs',
    '/files/',
    '/filed/of/us/client.mjs',
    '/files/of/us/../../client.mjs',
    '/files/of/usclient.mjs',
  ]) {
    assert.equal((await fetch(origin + path)).status, 404, path);
  }
  assert.equal(await statusOfUpgrade(server, '/signal?room=room'), 404);
  const moved = await fetch(`${origin}/files/of/us?loopback`, { redirect: 'manual' });
  assert.deepEqual([moved.status, moved.headers.get('location')], [308, './us/?loopback']);
});
