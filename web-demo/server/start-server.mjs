import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LIMITS } from './limits.mjs';
import { attachSignalling } from './signalling.mjs';
import { staticFiles } from './static-files.mjs';

export const BUILT_PAGE = fileURLToPath(new URL('../dist/', import.meta.url));

// Enough to get past a handful of other development servers without ending on a port nobody would look for.
const PORTS_TO_TRY = 20;

/**
 * Serves the page and its signalling on one port; port 0 takes any free one, another number the next free one
 * from there. Listens on this machine only unless `host` says otherwise: a demo should not be public by accident.
 *
 * @param {{port?: number, host?: string, root?: string, limits?: Partial<import('./limits.mjs').Limits>, bus?: import('./bus/bus.mjs').Bus}} [options]
 */
export async function startServer({ port = 8080, host = 'localhost', root = BUILT_PAGE, limits = {}, bus } = {}) {
  const server = createServer(staticFiles(root));
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const signalling = attachSignalling(server, { limits: bounds, bus });
  await listen(server, port, host, bounds.waitingConnections);

  const { port: actualPort } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return {
    port: actualPort,
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${actualPort}/`,
    rooms: signalling.rooms,
    stats: signalling.stats,
    /** Says goodbye to every client, then ends; safe to call twice. */
    async close() {
      if (!server.listening) return;
      const ended = once(server, 'close');
      server.close();
      await signalling.close();
      server.closeAllConnections();
      await ended;
    },
  };
}

async function listen(server, first, host, backlog) {
  const last = first === 0 ? 0 : Math.min(first + PORTS_TO_TRY - 1, 65_535);
  for (let port = first; ; port += 1) {
    try {
      const listening = once(server, 'listening');
      server.listen({ port, host, backlog });
      await listening;
      return;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port >= last) throw error;
    }
  }
}
