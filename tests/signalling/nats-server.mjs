// Debian's nats-server, for one test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../support/free-port.mjs';

/** Listens on that port of this machine until it is stopped; stopped with the test at the latest. */
export async function startNats(t, { port = undefined, access = [] } = {}) {
  const taken = port ?? (await freePort());
  const child = spawn('nats-server', ['--addr', '127.0.0.1', '--port', String(taken), ...access], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  const said = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.includes('Server is ready')) break;
  }
  if (!said.at(-1)?.includes('Server is ready')) throw new Error(`nats-server: ${said.join('\n')}`);
  child.stderr.resume();
  return {
    port: taken,
    address: `127.0.0.1:${taken}`,
    url: `nats://127.0.0.1:${taken}`,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
