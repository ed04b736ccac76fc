import { spawn } from 'node:child_process';

/** Runs a command out of sight; resolves with how it ended, or that it would not, and the end of what it printed. */
export function runQuietly(command, args, { env, patience = 0 }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const keep = (data) => (output = (output + data).slice(-10_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({
        ok: code === 0,
        isEndless: signal === 'SIGKILL',
        output,
        milliseconds: performance.now() - started,
      }),
    );
  });
}
