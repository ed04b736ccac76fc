// Debian's nginx in front of what a test starts: an ordinary process with all its files in a folder of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.mjs';

// Not on everybody's PATH.
const EXECUTABLE = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((file) => existsSync(file));
const PROMPTLY_MS = 60_000;

/**
 * Starts nginx with what `sites` makes of a free port and the folder: text for its "http" block. It ends with the test. Returns
 * `{ port, folder }`.
 */
export async function startNginx(t, sites) {
  assert.ok(EXECUTABLE, 'These tests need nginx (Debian: apt-get install nginx).');
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-nginx-'));
  const port = await freePort();
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, sites(port, folder)));
  const args = ['-p', folder, '-c', file, '-e', path.join(folder, 'error.log')];
  await succeeds(EXECUTABLE, [...args, '-t']);

  const child = spawn(EXECUTABLE, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  t.after(async () => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  });
  const deadline = performance.now() + PROMPTLY_MS;
  while (!(await answers(port))) {
    assert.equal(child.exitCode, null, 'nginx ended');
    assert.ok(performance.now() < deadline, 'nginx does not listen');
    await wait(20);
  }
  return { port, folder };
}

/** Runs a program to its end, and says what it said if it failed. */
export async function succeeds(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, `${program} ${args.join(' ')}:\n${said}`);
  return said;
}

function configuration(folder, sites) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  // One process, which is who runs the test: a worker of another user could not read the folder.
  return `daemon off; master_process off; pid ${folder}/pid;
events {}
http { access_log off; ${temporary}
${sites}
}
`;
}

async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
