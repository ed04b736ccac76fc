// npm start: sets up, builds, and serves the demo.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildPackage } from './build.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { repository } from './setup/paths.mjs';

await runAsCommand(async () => {
  if (!(await buildPackage(await setUp(['build'])))) return 1;
  return serve();
});

function serve() {
  const server = spawn(process.execPath, [join(repository, 'web-demo', 'server', 'main.mjs')], {
    stdio: 'inherit',
    cwd: repository,
  });
  // The server closes in its own time; leaving before it would free the terminal but not the port.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => server.kill(signal));
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.on('close', (code) => resolve(code ?? 0));
  });
}
