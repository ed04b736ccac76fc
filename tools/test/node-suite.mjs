import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../setup/paths.mjs';

export const resultsFolder = join(repository, 'test-results');

// The slowest suite takes a minute or two; a browser that hangs must not hold CI until its own limit.
const usualLimits = { suiteMs: 8 * 60_000, testMs: 5 * 60_000 };

/** Runs every *.test.mjs under these folders, so many files at a time (0: Node's own); resolves with {ok, passed, failed, skipped}. */
export async function runNodeSuite(name, folders, environment, filesAtATime = 0, { suiteMs, testMs } = usualLimits) {
  const files = folders.map((folder) => join(repository, folder)).flatMap(testFiles);
  if (files.length === 0) return { ok: true, passed: 0, failed: 0, skipped: 0, note: 'no tests yet' };
  mkdirSync(resultsFolder, { recursive: true });
  const report = join(resultsFolder, `${name}.tap`);
  const reporters = [
    // Whatever hangs is named, instead of the suite.
    `--test-timeout=${testMs}`,
    ...(filesAtATime > 0 ? [`--test-concurrency=${filesAtATime}`] : []),
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  const outcome = await runBounded(['--test', ...reporters, ...files], environment, suiteMs);
  return {
    ...readCounts(report),
    ok: outcome.code === 0,
    ...(outcome.timedOut ? { note: 'took too long and was stopped' } : {}),
  };
}

function testFiles(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return path.endsWith('.test.mjs') ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => testFiles(join(path, name)));
}

/** In a process group of its own, so that stopping a suite also stops the browsers and servers that it started. */
function runBounded(args, environment, limitMs) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: repository,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    const stopGroup = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // The group is gone already.
      }
    };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stopGroup('SIGKILL');
    }, limitMs);
    const interrupt = () => {
      stopGroup('SIGTERM');
      process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupt);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupt);
      resolve({ code: code ?? 1, timedOut });
    });
  });
}

function readCounts(report) {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  };
}
