// The least that PeerJS needs of its broker: it says who is there and passes messages on.
import { WebSocketServer } from 'ws';

export function startBroker() {
  const server = new WebSocketServer({ port: 0 });
  const peers = new Map();
  server.on('connection', (socket, request) => {
    const id = new URL(request.url ?? '/', 'http://localhost').searchParams.get('id');
    peers.set(id, socket);
    socket.send(JSON.stringify({ type: 'OPEN' }));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.dst) peers.get(message.dst)?.send(JSON.stringify({ ...message, src: id }));
    });
    socket.on('close', () => peers.delete(id));
  });
  return {
    get port() {
      return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
    },
    close: () => server.close(),
  };
}
