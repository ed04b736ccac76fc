import { WebSocketServer } from 'ws';
import { MemoryHub } from './bus/memory-bus.mjs';
import { Client } from './client.mjs';
import { newCounters } from './counters.mjs';
import { startHeartbeat } from './heartbeat.mjs';
import { chosenProtocol, idFor, keyOf } from './identity.mjs';
import { roomFromUrl } from './protocol.mjs';
import { Rooms } from './rooms.mjs';

// RFC 6455: for a server going away.
const GOING_AWAY = 1001;
// How a client closes that means to: by close(), or because its page is closed or left, which browsers call 1001.
const GOODBYES = new Set([1000, GOING_AWAY, 1005]);

/**
 * Attaches the signalling endpoint to an HTTP server.
 *
 * Server to client: `welcome {id, room, peers, iceServers?, iceServersLifetime?}` first, then `peer-joined {id}`, `peer-left {id}`
 * of who said goodbye, `peer-dropped {id}` of who did not and may come back under the same id (then `peer-joined` again),
 * `error {code, message}` and the signals of others. Client to server: signals (see protocol.mjs), and `ice-servers {}`, which is
 * answered with new ones.
 *
 * @param {import('node:http').Server} httpServer
 * @param {{ limits: import('./limits.mjs').Limits, gate: ReturnType<typeof import('./gate.mjs').createGate>,
 *   bus?: import('./bus/bus.mjs').Bus, iceServersFor?: import('./turn.mjs').IceServersFor }} options The bus is closed with it.
 */
export function attachSignalling(
  httpServer,
  { limits, gate, bus = new MemoryHub().connect(), iceServersFor = () => ({}) },
) {
  const counters = newCounters();
  const rooms = new Rooms({ limits, bus });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxMessageBytes,
    // Compression would let a small frame grow large and costs a zlib context per socket for 1 KiB messages.
    perMessageDeflate: false,
    handleProtocols: chosenProtocol,
  });

  httpServer.on('upgrade', (request, socket, head) => {
    // Without a listener a reset during the handshake would end the process.
    socket.on('error', () => socket.destroy());
    const { status, release } = gate.admit(request);
    if (status) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
      return;
    }
    socket.once('close', release);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      admit(new Client(ws, limits, counters), request, rooms, iceServersFor);
    });
  });

  const stopHeartbeat = startHeartbeat(() => sockets.clients, limits.heartbeatMs);

  return {
    rooms,
    /** What is there now, and what has been counted. */
    stats: () => ({
      sockets: sockets.clients.size,
      rooms: rooms.size,
      messages: { in: { ...counters.in.messages }, out: { ...counters.out.messages } },
      bytes: { in: counters.in.bytes, out: counters.out.bytes },
      refusals: { ...gate.refusals, ...counters.refusals },
      bus: bus.status,
      otherProcesses: rooms.processes,
    }),
    async close() {
      stopHeartbeat();
      rooms.close();
      const open = [...sockets.clients];
      const allGone = Promise.all(open.map((ws) => new Promise((gone) => ws.once('close', gone))));
      for (const ws of open) ws.close(GOING_AWAY, 'server shutting down');
      const cut = setTimeout(() => open.forEach((ws) => ws.terminate()), limits.shutdownGraceMs);
      await Promise.all([allGone, bus.close()]);
      clearTimeout(cut);
      sockets.close();
    },
  };
}

function admit(client, request, rooms, iceServersFor) {
  const room = roomFromUrl(request.url);
  if (room === undefined) return client.refuse('bad-room');
  const now = Math.floor(Date.now() / 1000);
  const { key, error } = keyOf(request, now);
  if (error) return client.refuse(error, { now });

  const id = idFor(room, key);
  const joined = rooms.join(room, id, client, (peers) =>
    client.send({ type: 'welcome', id, room, peers, ...iceServersFor(id) }),
  );
  void joined.then((refusal) => refusal && client.refuse(refusal));
  client.onMessage(joined, {
    deliver: (signal) => rooms.deliver(room, id, signal),
    iceServers: () => iceServersFor(id),
  });
  client.socket.on('close', (code) => rooms.leave(room, id, client, GOODBYES.has(code)));
}
