import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { buildPageIfStale } from './build-page.mjs';
import { busFrom } from './bus/bus.mjs';
import { startServer } from './start-server.mjs';

export { startServer } from './start-server.mjs';

async function main() {
  const port = Number(process.env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, not "${process.env.PORT}".`);
  }
  if (await buildPageIfStale()) console.log('Built the demo page.');
  const bus = busFrom(process.env, console.error);
  const server = await startServer({ port, host: process.env.HOST ?? 'localhost', bus });
  console.log(`
peer-session demo: ${server.url}
  Open it in two tabs or two browsers and drop some images.
  One page, no server needed: ${server.url}?loopback
  Stop with Ctrl+C.
`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void server.close());
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
