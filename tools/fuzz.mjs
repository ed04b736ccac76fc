// npm run fuzz -- [--seconds N]: runs each fuzz target for N seconds (30 unless said otherwise), from the seeds in
// tests/fuzz/corpus; what it learns stays in build/fuzz/corpus. An input that breaks something is left in build/fuzz.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildPreset } from './build/cmake.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { buildFolder, repository } from './setup/paths.mjs';
import { lastLines, Remedy } from './setup/process.mjs';

// That of the sanitized tests: the engine is compiled once for both.
const preset = 'native-asan';

await runAsCommand(async () => {
  const seconds = chosenSeconds(process.argv.slice(2));
  const environment = await setUp(['build', 'sanitize']);
  const targets = readdirSync(join(repository, 'tests', 'fuzz'))
    .filter((name) => name.endsWith('_fuzz.cc'))
    .map((name) => basename(name, '.cc'));
  if (!(await buildPreset(preset, environment, targets))) throw new Remedy('the fuzz targets do not compile');
  const results = await Promise.all(targets.map((target) => fuzz(target, seconds, environment)));
  return results.every((ok) => ok) ? 0 : 1;
});

function chosenSeconds(args) {
  const seconds = args.length === 0 ? 30 : args[0] === '--seconds' ? Number(args[1]) : NaN;
  if (!Number.isInteger(seconds) || seconds <= 0) throw new Remedy('usage: npm run fuzz -- --seconds N');
  return seconds;
}

function fuzz(target, seconds, environment) {
  const learnt = join(buildFolder, 'fuzz', 'corpus', target);
  mkdirSync(learnt, { recursive: true });
  const args = [
    learnt,
    join(repository, 'tests', 'fuzz', 'corpus', target),
    `-max_total_time=${seconds}`,
    '-max_len=4096',
    '-timeout=10',
    '-print_final_stats=1',
    `-artifact_prefix=${join(buildFolder, 'fuzz', `${target}-`)}`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(join(buildFolder, preset, 'tests', target), args, {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (data) => (output = (output + data).slice(-20_000)));
    child.on('error', reject);
    child.on('close', (code) => {
      const executions = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '0';
      if (code === 0) process.stdout.write(`ok      ${target}: ${executions} executions in ${seconds} s\n`);
      else process.stdout.write(`FAILED  ${target}\n${lastLines(output, 40)}\n`);
      resolve(code === 0);
    });
  });
}
