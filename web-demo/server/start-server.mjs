import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createGate } from './gate.mjs';
import { DEFAULT_LIMITS } from './limits.mjs';
import { SILENT } from './log.mjs';
import { createMetrics } from './metrics.mjs';
import { reportRefusals } from './refusal-report.mjs';
import { attachSignalling } from './signalling.mjs';
import { staticFiles } from './static-files.mjs';
import { metricsApp, webApp } from './web-app.mjs';

export const BUILT_PAGE = fileURLToPath(new URL('../dist/', import.meta.url));

/**
 * Serves the page and its signalling on one port; port 0 takes any free one, another number the first free one of
 * `portsToTry`. Listens on this machine only unless `host` says otherwise: a demo should not be public by accident.
 * The rest is what settings.mjs makes of the environment.
 *
 * @param {{ port?: number, portsToTry?: number, host?: string, root?: string, basePath?: string, trustProxy?: number, allowedOrigins?: string[],
 *   limits?: Partial<import('./limits.mjs').Limits>, metrics?: { port?: number, host?: string, token?: string },
 *   bus?: import('./bus/bus.mjs').Bus, iceServersFor?: import('./turn.mjs').IceServersFor, log?: import('./log.mjs').Log }} [options]
 */
export async function startServer({
  port = 8080,
  portsToTry = 1,
  host = 'localhost',
  root = BUILT_PAGE,
  basePath = '/',
  trustProxy = 0,
  allowedOrigins = [],
  limits: changedLimits = {},
  metrics: metricsSettings = {},
  bus,
  iceServersFor,
  log = SILENT,
} = {}) {
  const limits = { ...DEFAULT_LIMITS, ...changedLimits };
  const started = performance.now();
  let isStopping = false;
  const gate = createGate({ basePath, trustProxy, allowedOrigins, limits, log });
  const health = () => {
    const status = bus?.status ?? 'none';
    return {
      // Without its bus the server goes on with the rooms it has: it is not to be taken out of service.
      status: isStopping ? 'stopping' : status === 'disconnected' ? 'degraded' : 'ok',
      uptimeSeconds: Math.floor((performance.now() - started) / 1000),
      bus: status,
    };
  };
  const stats = () => signalling.stats();
  const { port: metricsPort, host: metricsHost = 'localhost', token } = metricsSettings;
  const metrics = metricsPort === undefined && token === undefined ? undefined : createMetrics(stats);

  const server = createServer(
    limitsOfHttp(limits),
    webApp({ basePath, files: staticFiles(root), health, metrics: token === undefined ? undefined : metrics, token }),
  );
  server.maxConnections = limits.maxSockets;
  server.on('drop', () => gate.dropped());
  const signalling = attachSignalling(server, { limits, gate, bus, iceServersFor });
  const forMetrics =
    metricsPort === undefined ? undefined : createServer(limitsOfHttp(limits), metricsApp({ health, metrics }));
  const stopReports = reportRefusals(stats, log, limits.reportMs);

  async function stop() {
    isStopping = true;
    gate.close();
    await signalling.close();
    stopReports();
    await end(server);
    if (forMetrics) await end(forMetrics);
  }
  let stopped;

  try {
    await listen(server, port, portsToTry, host, limits.waitingConnections);
    if (forMetrics) await listenAt(forMetrics, metricsPort, metricsHost);
  } catch (error) {
    await stop();
    throw error;
  }

  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return {
    port: portOf(server),
    metricsPort: forMetrics && portOf(forMetrics),
    url: `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${portOf(server)}${basePath}`,
    rooms: signalling.rooms,
    stats,
    /** Says goodbye to every client, then ends; safe to call twice. Until then it answers, and says that it is stopping. */
    close: () => (stopped ??= stop()),
  };
}

/** Nobody may keep a connection by saying nothing. */
const limitsOfHttp = ({ requestMs }) => ({
  headersTimeout: requestMs,
  requestTimeout: requestMs,
  connectionsCheckingInterval: requestMs,
});

function portOf(server) {
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

async function end(server) {
  if (!server.listening) return;
  const ended = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await ended;
}

async function listenAt(server, port, host, backlog = undefined) {
  const listening = once(server, 'listening');
  server.listen({ port, host, backlog });
  await listening;
}

async function listen(server, first, portsToTry, host, backlog) {
  const last = first === 0 ? 0 : Math.min(first + portsToTry - 1, 65_535);
  for (let port = first; ; port += 1) {
    try {
      return await listenAt(server, port, host, backlog);
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port >= last) throw error;
    }
  }
}
