// npm run test:mutants: brings each deliberate fault of the engine (wasm/src/mutant.h) to life and shows which checks
// notice it. Fails if one is noticed by none. `--only name,name` tries some of them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ownFiles } from './check/cpp.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { buildFolder, repository } from './setup/paths.mjs';
import { lastLines, Remedy, runCaptured, runShown } from './setup/process.mjs';

const folder = join(buildFolder, 'mutants');
const checks = {
  unit: [join(folder, 'tests', 'peer_session_tests'), '--gtest_brief=1'],
  // As many schedules as take a second or two; a mutant that only more of them would find is found by chance.
  simulation: [join(folder, 'tests', 'scenario', 'simulation'), '--schedules', '20000'],
  exhaustive: [join(folder, 'tests', 'scenario', 'exhaustive')],
};
// A fault may make a check run on for ever; that, too, is noticing it.
const patience = 120_000;

await runAsCommand(async () => {
  const environment = await setUp(['build', 'test']);
  const mutants = chosenMutants(process.argv.slice(2));
  await build(environment);
  const healthy = await judge('', environment);
  const broken = Object.keys(checks).filter((check) => healthy[check].caught);
  if (broken.length > 0)
    throw new Remedy(
      `the engine fails without any mutant: ${broken.join(', ')}\n${lastLines(healthy[broken[0]].output)}`,
    );

  const width = Math.max(...mutants.map((name) => name.length));
  process.stdout.write(`\n${'mutant'.padEnd(width)}  ${Object.keys(checks).join('  ')}\n`);
  const survivors = [];
  await forEachInParallel(mutants, async (mutant) => {
    const verdicts = await judge(mutant, environment);
    const cells = Object.keys(checks).map((check) => (verdicts[check].caught ? 'caught' : '-').padEnd(check.length));
    process.stdout.write(`${mutant.padEnd(width)}  ${cells.join('  ')}\n`);
    if (!Object.values(verdicts).some(({ caught }) => caught)) survivors.push(mutant);
  });
  process.stdout.write(`\n${mutants.length - survivors.length} of ${mutants.length} mutants caught\n`);
  if (survivors.length > 0) process.stdout.write(`Survived: ${survivors.join(', ')}\n`);
  return survivors.length === 0 ? 0 : 1;
});

function chosenMutants(args) {
  const all = ownFiles('wasm/src')
    .flatMap((file) => [...readFileSync(join(repository, file), 'utf8').matchAll(/PEER_SESSION_MUTANT\("([^"]+)"\)/g)])
    .map((match) => match[1]);
  if (args.length === 0) return [...new Set(all)];
  const names = args[0] === '--only' ? (args[1] ?? '').split(',') : [];
  const unknown = names.filter((name) => !all.includes(name));
  if (names.length === 0 || unknown.length > 0)
    throw new Remedy(`usage: npm run test:mutants -- --only ${all.join(',')}`);
  return names;
}

async function build(environment) {
  const configured = runCaptured(
    'cmake',
    ['--preset', 'native-debug', '-B', folder, '-DPEER_SESSION_MUTANTS=ON', '-DCMAKE_BUILD_TYPE=RelWithDebInfo'],
    { cwd: repository, env: environment },
  );
  if (!configured.ok) throw new Remedy(`the mutants cannot be configured:\n${lastLines(configured.output)}`);
  const args = ['--build', folder, '--parallel', String(availableParallelism())];
  if ((await runShown('cmake', args, { cwd: repository, env: environment })) !== 0)
    throw new Remedy('the mutants do not compile');
}

async function judge(mutant, environment) {
  const verdicts = {};
  for (const [check, [program, ...args]] of Object.entries(checks)) {
    verdicts[check] = await run(program, args, { ...environment, PEER_SESSION_MUTANT: mutant });
  }
  return verdicts;
}

function run(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
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
    child.on('close', (code) => resolve({ caught: code !== 0, output }));
  });
}

async function forEachInParallel(items, action) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await action(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
