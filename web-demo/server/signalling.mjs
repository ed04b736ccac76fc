import { WebSocketServer } from 'ws';
import { startHeartbeat } from './heartbeat.mjs';
import { chosenProtocol, idFor, keyOf } from './identity.mjs';
import { mayConnect } from './origin.mjs';
import { ERROR_TEXT, parseSignal, roomFromUrl } from './protocol.mjs';
import { Rooms } from './rooms.mjs';
import { TokenBucket } from './token-bucket.mjs';

const PATH = '/signal';
// RFC 6455: 1008 "policy violation" is the code for a client that breaks the rules, 1001 for a server going away.
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;
// How a client closes that means to: by close(), or because its page is closed or left, which browsers call 1001.
const GOODBYES = new Set([1000, GOING_AWAY, 1005]);

/**
 * Attaches the signalling endpoint to an HTTP server.
 *
 * Server to client: `welcome {id, room, peers, iceServers?, iceServersLifetime?}` first, then `peer-joined {id}`, `peer-left {id}` of who said goodbye,
 * `peer-dropped {id}` of who did not and may come back under the same id (then `peer-joined` again), `error {code, message}`
 * and the signals of others. Client to server: signals (see protocol.mjs), and `ice-servers {}`, which is answered with new ones.
 *
 * @param {(id: string) => object} [iceServersFor] What a client is told of ICE servers.
 */
export function attachSignalling(httpServer, limits, iceServersFor = () => ({})) {
  const rooms = new Rooms(limits);
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
    const refusal = refuseUpgrade(request);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      welcome(ws, request, rooms, limits, iceServersFor);
    });
  });

  const stopHeartbeat = startHeartbeat(() => sockets.clients, limits.heartbeatMs);

  return {
    rooms,
    async close() {
      stopHeartbeat();
      const open = [...sockets.clients];
      const allGone = Promise.all(open.map((ws) => new Promise((gone) => ws.once('close', gone))));
      for (const ws of open) ws.close(GOING_AWAY, 'server shutting down');
      const cut = setTimeout(() => open.forEach((ws) => ws.terminate()), limits.shutdownGraceMs);
      await allGone;
      clearTimeout(cut);
      sockets.close();
    },
  };
}

function refuseUpgrade({ url, headers }) {
  // "//" is a request target a client may send and no URL.
  if (!URL.canParse(url, 'http://localhost')) return '400 Bad Request';
  if (new URL(url, 'http://localhost').pathname !== PATH) return '404 Not Found';
  if (!mayConnect(headers)) return '403 Forbidden';
  return undefined;
}

function welcome(ws, request, rooms, limits, iceServersFor) {
  // ws reports a protocol error (a frame too large, say) and then closes by itself: nothing is left to do.
  ws.on('error', () => {});
  const room = roomFromUrl(request.url);
  if (room === undefined) return refuse(ws, 'bad-room');
  const { key, error } = keyOf(request);
  if (error) return refuse(ws, error);

  const id = idFor(room, key);
  const before = rooms.find(room, id);
  const refusal = rooms.join(room, id, ws);
  if (refusal) return refuse(ws, refusal);
  if (before) refuse(before, 'replaced');

  const others = rooms.others(room, id);
  send(ws, { type: 'welcome', id, room, peers: others.map(([peer]) => peer), ...iceServersFor(id) }, limits);
  for (const [, other] of others) send(other, { type: 'peer-joined', id }, limits);

  ws.on('close', (code) => {
    if (!rooms.leave(room, id, ws)) return;
    const type = GOODBYES.has(code) ? 'peer-left' : 'peer-dropped';
    for (const [, other] of rooms.others(room, id)) send(other, { type, id }, limits);
  });

  const bucket = new TokenBucket(limits.burstMessages, limits.messagesPerSecond);
  let badMessages = 0;
  ws.on('message', (data, isBinary) => {
    // Frames already read from the socket still arrive after close() was called.
    if (ws.readyState !== ws.OPEN) return;
    if (!bucket.take()) return refuse(ws, 'rate-limited');
    const { message, error } = parseSignal(data, isBinary);
    if (error) {
      badMessages += 1;
      if (badMessages > limits.maxBadMessages) return refuse(ws, 'too-many-errors');
      return sendError(ws, error, limits);
    }
    if (message.type === 'ice-servers') return send(ws, { ...message, ...iceServersFor(id) }, limits);
    const target = rooms.find(room, message.targetId);
    // Not counted as bad: a peer may leave while a candidate for it is on its way.
    if (!target) return sendError(ws, 'unknown-peer', limits);
    send(target, { ...message, senderId: id }, limits);
  });
}

function send(ws, message, limits) {
  if (ws.readyState !== ws.OPEN) return;
  if (ws.bufferedAmount > limits.maxBufferedBytes) {
    ws.terminate();
    return;
  }
  ws.send(JSON.stringify(message));
}

function sendError(ws, code, limits) {
  send(ws, { type: 'error', code, message: ERROR_TEXT[code] }, limits);
}

function refuse(ws, code) {
  ws.send(JSON.stringify({ type: 'error', code, message: ERROR_TEXT[code] }));
  ws.close(POLICY_VIOLATION, code);
}
