// npm test: sets up, builds, and runs every suite. `npm test -- --only native,e2e` runs some of them; `asan` and `large`
// run only when they are named.
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pathEmulatorBuild } from '../tests/support/path-emulator.mjs';
import { buildDemo } from './build-demo.mjs';
import { buildPackage } from './build.mjs';
import { buildPreset } from './build/cmake.mjs';
import { checkTypes } from './check/types.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { Remedy } from './setup/process.mjs';
import { runCtestSuite } from './test/ctest-suite.mjs';
import { resultsFolder, runNodeSuite } from './test/node-suite.mjs';
import { summarize } from './test/summary.mjs';

// Node's own choice leaves one core out: of two, half.
const everyCore = Math.max(2, availableParallelism() - 1);

/** What holds for every session, once more for those of the worker entry: in Node behind its line, in Chromium in its Worker. */
const throughWorker = [
  ...['contract', 'hostile', 'interop', 'recordings'].map((name) => `tests/glue/${name}`),
  ...['complete', 'connecting', 'lanes', 'opfs', 'renegotiated', 'sinks', 'sources'].map(
    (name) => `tests/browser/${name}.test.mjs`,
  ),
];
const workerEntry = { PEER_SESSION_ENTRY: 'peer-session/worker', PEER_SESSION_PAGE: 'worker.html' };

const suites = {
  native: (environment) => runCtestSuite('native-debug', environment),
  // Only the tests: the bindings are compiled for the package, and tested with it.
  wasm: (environment) => runCtestSuite('wasm-debug', environment, ['peer_session_tests']),
  types: async (environment) => ({ ok: await checkTypes(environment) }),
  // One of its tests drives a native program.
  tools: async (environment) =>
    (await buildPreset(pathEmulatorBuild.preset, environment, [pathEmulatorBuild.target]))
      ? runNodeSuite('tools', ['tests/tools'], environment)
      : { ok: false, note: 'the path emulator did not build' },
  signalling: (environment) => runNodeSuite('signalling', ['tests/signalling'], environment),
  glue: (environment) => runNodeSuite('glue', ['tests/glue', 'tests/property'], environment, everyCore),
  worker: (environment) => runNodeSuite('worker', throughWorker, { ...environment, ...workerEntry }, everyCore),
  consumer: (environment) => runNodeSuite('consumer', ['tests/consumer'], environment, everyCore),
  examples: (environment) => runNodeSuite('examples', ['tests/examples'], environment),
  // Built once and before: two files of the suite run at the same time, since much of it is waiting.
  e2e: async (environment) =>
    (await buildDemo(environment))
      ? runNodeSuite('e2e', ['tests/e2e'], environment, 2, { suiteMs: 12 * 60_000, testMs: 5 * 60_000 })
      : { ok: false },
  // Its browser opens the demo page.
  cli: async (environment) =>
    (await buildDemo(environment)) ? runNodeSuite('cli', ['tests/cli'], environment) : { ok: false },
  // Some of its tests do nothing but wait: for a path that is cut, or a page that is hidden.
  browser: (environment) => runNodeSuite('browser', ['tests/browser'], environment, 2),
  stacks: (environment) => runNodeSuite('stacks', ['tests/stacks'], environment),
  asan: (environment) => runCtestSuite('native-asan', environment),
  // One at a time, since they measure what the machine does.
  large: (environment) =>
    runNodeSuite('large', ['tests/large'], environment, 1, { suiteMs: 60 * 60_000, testMs: 30 * 60_000 }),
};
// The native suite once more, under sanitizers, for CI; and files of gigabytes. For whoever asks for them.
const onRequest = new Set(['asan', 'large']);
// These read what the build leaves in dist/ or build/; a broken build would only make them fail for its reason.
const needPackage = new Set([
  'types',
  'glue',
  'worker',
  'consumer',
  'examples',
  'e2e',
  'cli',
  'browser',
  'stacks',
  'large',
]);

await runAsCommand(async () => {
  const chosen = chosenSuites(process.argv.slice(2));
  rmSync(resultsFolder, { recursive: true, force: true });
  const environment = await setUp(chosen.includes('asan') ? ['build', 'test', 'sanitize'] : ['build', 'test']);
  const stages = [];
  const run = async (name, action) => {
    process.stdout.write(`\n== ${name} ==\n`);
    const started = performance.now();
    const result = await action().catch((error) => {
      process.stderr.write(`${error.stack ?? error}\n`);
      return { ok: false, note: 'crashed' };
    });
    stages.push({ name, result, seconds: (performance.now() - started) / 1000 });
    return result.ok;
  };

  const built =
    !chosen.some((name) => needPackage.has(name)) ||
    (await run('build', async () => ({ ok: await buildPackage(environment) })));
  for (const name of chosen) {
    if (needPackage.has(name) && !built)
      stages.push({ name, result: { ok: false, note: 'not run: the build failed' }, seconds: 0 });
    else await run(name, () => suites[name](environment));
  }
  summarize(stages);
  return stages.every(({ result }) => result.ok) ? 0 : 1;
});

function chosenSuites(args) {
  const all = Object.keys(suites);
  if (args.length === 0) return all.filter((name) => !onRequest.has(name));
  const value =
    args[0] === '--only' ? args[1] : args[0]?.startsWith('--only=') ? args[0].slice('--only='.length) : undefined;
  const chosen = (value ?? '').split(',').filter((name) => name !== '');
  if (chosen.length === 0 || chosen.some((name) => !all.includes(name))) {
    throw new Remedy(`usage: npm test -- --only ${all.join(',')}`);
  }
  return all.filter((name) => chosen.includes(name));
}
