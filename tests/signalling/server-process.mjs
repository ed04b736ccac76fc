// A server in a process of its own, which can be stopped or killed: forked with its limits as JSON, and the bus in its
// environment. Tells its URL, and when asked what it uses.
import process from 'node:process';
import { busFrom } from '../../web-demo/server/bus/bus.mjs';
import { readSettings } from '../../web-demo/server/settings.mjs';
import { startServer } from '../../web-demo/server/start-server.mjs';

const server = await startServer({
  port: 0,
  host: '127.0.0.1',
  limits: JSON.parse(process.argv[2] ?? '{}'),
  bus: busFrom(readSettings(process.env).bus, () => {}),
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ ...server.stats(), bytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit());
process.send({ url: server.url });
