import { busFrom } from './bus/bus.mjs';
import { createLog } from './log.mjs';
import { readSettings } from './settings.mjs';
import { startServer } from './start-server.mjs';
import { iceServersFrom } from './turn.mjs';

/** Runs the server as a process: settings from the environment, lines to stdout, until a signal ends it. */
export async function run({ root, portsToTry = 1, announce = undefined }) {
  const { logFormat, bus: busSettings, turn, ...settings } = readSettings(process.env);
  const log = createLog(logFormat);
  // Who reads the lines may go away before the server does.
  process.stdout.on('error', () => {});
  const bus = busFrom(busSettings, (line) => log.info(line));
  const server = await startServer({ ...settings, bus, iceServersFor: iceServersFrom(turn), root, portsToTry, log });
  log.info('listening', {
    url: server.url,
    metricsPort: server.metricsPort,
    trustProxy: settings.trustProxy,
    allowedOrigins: settings.allowedOrigins,
    bus: busSettings.servers.length > 0 ? 'nats' : 'none',
    turn: turn.urls.length > 0,
  });
  announce?.(server);

  let isStopping = false;
  const stop = async (signal) => {
    // Ctrl+C comes twice under npm: from the terminal and from whoever started this.
    if (isStopping) return;
    isStopping = true;
    const { sockets, rooms } = server.stats();
    log.info('stopping', { signal, sockets, rooms });
    setTimeout(() => {
      log.warn('the stop took too long');
      process.exit(1);
    }, settings.limits.stopMs).unref();
    await server.close();
    log.info('stopped');
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(signal));
}
