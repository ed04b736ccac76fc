import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildFolder, repository } from '../setup/paths.mjs';
import { runCaptured, runShown } from '../setup/process.mjs';

/** Configures a preset when it must be, then builds it; resolves with whether that worked. */
export async function buildPreset(preset, environment, targets = []) {
  if (!configurePreset(preset, environment)) return false;
  const args = ['--build', '--preset', preset, '--parallel', String(availableParallelism())];
  if (targets.length > 0) args.push('--target', ...targets);
  const env = { ...environment, NINJA_STATUS: `[${preset} %f/%t] ` };
  return runFiltered('cmake', args, { cwd: repository, env }, (line) => !/Re-checking globbed|no work to do/.test(line));
}

/** Like runShown, without the lines that say that there was nothing to do. */
function runFiltered(command, args, options, isWorthShowing) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (isWorthShowing(line)) process.stdout.write(`${line}\n`);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

export function configurePreset(preset, environment) {
  if (isConfigured(preset, environment)) return true;
  const result = runCaptured('cmake', ['--preset', preset], { cwd: repository, env: environment });
  if (!result.ok) process.stderr.write(`${result.output}\n`);
  return result.ok;
}

/** CMake notices changed CMakeLists by itself, but neither changed presets nor another Emscripten. */
function isConfigured(preset, environment) {
  const folder = join(buildFolder, preset);
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(join(folder, 'build.ninja')) || !existsSync(cache)) return false;
  if (statSync(cache).mtimeMs < statSync(join(repository, 'CMakePresets.json')).mtimeMs) return false;
  const text = readFileSync(cache, 'utf8');
  const toolchain = /^CMAKE_TOOLCHAIN_FILE:\w+=(.*)$/m.exec(text)?.[1];
  return toolchain === undefined || toolchain === environment.PEER_SESSION_EMSCRIPTEN_TOOLCHAIN;
}

export async function testPreset(preset, environment, extra = []) {
  const args = ['--preset', preset, '--parallel', String(availableParallelism()), '--no-tests=error', ...extra];
  return (await runShown('ctest', args, { cwd: repository, env: environment })) === 0;
}
