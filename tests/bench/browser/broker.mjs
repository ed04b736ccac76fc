// The least that PeerJS needs of its broker: it says who is there and passes messages on.
import { WebSocketServer } from 'ws';

export function startBroker() {
  const server = new WebSocketServer({ port: 0 });
  const peers = new Map();
  server.on('connection', (socket, request) => {
    const id = new URL(request.url ?? '/', 'http://localhost').searchParams.get('id');
    peers.set(id, socket);
    socket.send(JSON.stringify({ type: 'OPEN' }));
    socket.on('message', async (data) => {
      const message = JSON.parse(String(data));
      if (!message.dst) return;
      const carried = await broker.carry({ ...message, src: id });
      if (carried) peers.get(message.dst)?.send(JSON.stringify(carried));
    });
    socket.on('close', () => peers.delete(id));
  });
  const broker = {
    /** What becomes of a message on its way; nothing: it is lost. May be a promise. @type {(message: any) => any} */
    carry: (message) => message,
    get port() {
      return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
    },
    close: () => server.close(),
  };
  return broker;
}

/** The same message of one side with its signal, which is packed in its own way, changed by `change`. */
export async function withSignal(message, change) {
  const { candidate, sdp } = message.payload ?? {};
  if (!candidate && !sdp) return message;
  const carried = await change(candidate ? { type: 'candidate', candidate } : { type: sdp.type, sdp });
  if (!carried) return undefined;
  const changed = candidate ? { candidate: carried.candidate } : { sdp: carried.sdp };
  return { ...message, payload: { ...message.payload, ...changed } };
}
