import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('server-process.mjs', import.meta.url));

// All clients of a crowd have one address.
const CROWD_LIMITS = { maxConnectionsPerAddress: 20_000, burstHandshakes: 100_000 };

/** A server in a process of its own; killed with the test (or whatever has an `after`) at the latest. */
export async function forkServer(t, bus, limits = {}) {
  const child = fork(SCRIPT, [JSON.stringify({ ...CROWD_LIMITS, ...limits })], {
    env: { ...process.env, SIGNALLING_BUS: bus },
  });
  t.after(() => child.kill('SIGKILL'));
  const [{ url }] = await once(child, 'message');
  return {
    url,
    kill: (signal) => child.kill(signal),
    /** What attachSignalling counts, and `bytes` and `cpuMs` of the process. */
    async usage() {
      const answer = once(child, 'message');
      child.send('usage');
      return (await answer)[0];
    },
  };
}
