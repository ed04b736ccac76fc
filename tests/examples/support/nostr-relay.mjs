// As much of a Nostr relay (NIP-01) as Trystero's strategy of that name needs: what is said is passed on, and nothing is kept.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';

export async function startRelay() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  /** By socket: what it has asked for, by the subscription's id. */
  const wishes = new Map();
  server.on('connection', (socket) => {
    wishes.set(socket, new Map());
    socket.on('close', () => wishes.delete(socket));
    socket.on('message', (data) => {
      const [type, first, ...rest] = JSON.parse(String(data));
      if (type === 'REQ') wishes.get(socket).set(first, rest);
      if (type === 'CLOSE') wishes.get(socket).delete(first);
      if (type !== 'EVENT') return;
      socket.send(JSON.stringify(['OK', first.id, true, '']));
      for (const [each, subscriptions] of wishes) {
        for (const [id, filters] of subscriptions) {
          if (filters.some((filter) => fits(first, filter))) each.send(JSON.stringify(['EVENT', id, first]));
        }
      }
    });
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${server.address().port}`,
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function fits({ kind, tags }, { kinds, '#x': topics }) {
  return kinds.includes(kind) && tags.some(([name, value]) => name === 'x' && topics.includes(value));
}
