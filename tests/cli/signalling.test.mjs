import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { Signalling } from '../../cli/signalling.mjs';

const nothing = () => {};

test('a key that the server takes for expired is drawn anew, by the time of the server', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  await once(server, 'listening');
  const keys = [];
  const now = 7_000_000_000;
  server.on('connection', (socket, request) => {
    keys.push(/peer-session\.key\.(\S+)/.exec(request.headers['sec-websocket-protocol'])[1]);
    if (keys.length === 1) {
      socket.send(JSON.stringify({ type: 'error', code: 'key-expired', message: 'expired', now }));
      socket.close(1008);
    } else {
      socket.send(JSON.stringify({ type: 'welcome', id: 'me', peers: [] }));
    }
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const lost = [];
  await new Promise((joined) => {
    const signalling = new Signalling(
      { server: new URL(`http://127.0.0.1:${port}/`), code: 'room', WebSocket: /** @type {any} */ (WebSocket) },
      {
        joined,
        servers: nothing,
        peerJoined: nothing,
        peerLeft: nothing,
        peerDropped: nothing,
        signal: nothing,
        lost: (...reason) => lost.push(reason),
      },
    );
    t.after(() => signalling.close());
  });

  assert.deepEqual(lost, [['expired', false]]);
  assert.match(keys[0], /^\d+\.[\w-]{43}$/);
  assert.ok(Math.abs(Number.parseInt(keys[0], 10) - Date.now() / 1000 - 86_400) < 60);
  assert.equal(Number.parseInt(keys[1], 10), now + 86_400);
  assert.notEqual(keys[0].split('.')[1], keys[1].split('.')[1]);
});
