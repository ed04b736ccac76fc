import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { Client, serverFor } from './client.mjs';

// On a busy machine a pong takes its time, and must come before the next ping.
const HEARTBEAT_MS = 500;

test('a socket that answers no ping is dropped from its room', async (t) => {
  const server = await serverFor(t, { heartbeatMs: HEARTBEAT_MS });
  const alive = await Client.join(server);
  const dead = await Client.join(server, 'room', { autoPong: false });
  assert.equal((await alive.next()).type, 'peer-joined');

  assert.deepEqual(await alive.next(), { type: 'peer-dropped', id: dead.id });
  assert.equal((await dead.closed).code, 1006);
});

test('a socket that answers its pings stays', async (t) => {
  const server = await serverFor(t, { heartbeatMs: HEARTBEAT_MS });
  const alive = await Client.join(server);
  for (let i = 0; i < 3; i += 1) await once(alive.socket, 'ping');
  await alive.settled();
});

test('closing the server says goodbye to everyone and frees the port', async (t) => {
  const server = await startServer({ port: 0 });
  const client = await Client.join(server);

  await server.close();

  assert.equal((await client.closed).code, 1001);
  const next = await serverFor(t, {}, { port: server.port });
  assert.equal(next.port, server.port);
});

test('closing the server does not wait for a client that ignores it', async () => {
  const server = await startServer({ port: 0, limits: { shutdownGraceMs: 20 } });
  const stuck = await Client.join(server);
  stuck.socket.pause();
  await server.close();
  await server.close();
  stuck.socket.terminate();
});

test('the next free port is taken when the wanted one is in use and that is asked for', async (t) => {
  const blocker = createServer();
  blocker.listen(0, 'localhost');
  await once(blocker, 'listening');
  t.after(() => blocker.close());
  const { port: wanted } = /** @type {import('node:net').AddressInfo} */ (blocker.address());

  await assert.rejects(startServer({ port: wanted }), { code: 'EADDRINUSE' });
  const server = await serverFor(t, {}, { port: wanted, portsToTry: 20 });

  assert.ok(server.port > wanted && server.port < wanted + 20, `${server.port} follows ${wanted}`);
});
