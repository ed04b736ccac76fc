import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configurePreset } from '../build/cmake.mjs';
import { buildFolder, repository } from '../setup/paths.mjs';
import { runCaptured, runShown } from '../setup/process.mjs';
import { spawn } from 'node:child_process';

/** The files that git tracks or would track: nothing that was generated or unpacked here. */
export function ownFiles(...patterns) {
  const result = runCaptured(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...patterns],
    { cwd: repository },
  );
  return result.stdout.split('\n').filter((name) => name !== '');
}

export function formatCpp(environment, mode) {
  const files = ownFiles('*.cc', '*.h');
  if (files.length === 0) return Promise.resolve(true);
  const options = mode === 'check' ? ['--dry-run', '-Werror'] : ['-i'];
  return runShown('clang-format-19', [...options, '--style=file', ...files], {
    cwd: repository,
    env: environment,
  }).then((code) => code === 0);
}

/**
 * clang-tidy over the core, whose native build says how each file is compiled. Bindings need Emscripten's headers. Its static
 * analyzer is three quarters of the time, and on request.
 */
export async function lintCpp(environment, { analyze = false } = {}) {
  if (!configurePreset('native-debug', environment)) return false;
  const folder = join(buildFolder, 'clang-tidy');
  const files = writeCoreDatabase(folder);
  const left = analyze ? [] : ['--checks=-clang-analyzer-*'];
  let ok = true;
  const worker = async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const { code, output } = await run('clang-tidy-19', ['--quiet', '-p', folder, ...left, file], environment);
      if (code === 0) continue;
      process.stdout.write(`${output}\n`);
      ok = false;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return ok;
}

function writeCoreDatabase(folder) {
  const all = JSON.parse(readFileSync(join(buildFolder, 'native-debug', 'compile_commands.json'), 'utf8'));
  const core = all.filter(({ file }) => file.startsWith(join(repository, 'wasm/')));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify(core));
  // The longest first: a long one that came last would keep one core waiting for it.
  return core.map(({ file }) => file).sort((a, b) => statSync(b).size - statSync(a).size);
}

function run(command, args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repository, env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
