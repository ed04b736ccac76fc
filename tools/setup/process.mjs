import { execFile, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A problem the person at the keyboard can solve: printed as one sentence, without a stack trace. */
export class Remedy extends Error {}

/** The path of a program on PATH, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return undefined;
}

/** Runs a command, shows what it prints, and resolves with its exit code. */
export function runShown(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

/** Runs a command and hands back what it printed; nothing is shown. */
export function runCaptured(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  return {
    ok: result.error === undefined && result.status === 0,
    stdout: result.stdout ?? '',
    output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim(),
  };
}

/** Like runCaptured, while other work goes on; what was printed is kept in memory. */
export function runInBackground(command, args, options = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options }, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, output: `${stdout}${stderr}${error?.message ?? ''}`.trim() });
    });
  });
}

/** The last lines of a long output: where a failed command says why. */
export function lastLines(text, count = 12) {
  return text.split('\n').slice(-count).join('\n');
}
