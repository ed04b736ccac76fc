// Builds the WASM engine and, around it, the package in dist/.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.mjs';
import { buildPreset } from './build/cmake.mjs';
import { declarations } from './build/declarations.mjs';
import { engineBinary, engineScript, engineTypes, unpackerBinary } from './build/engine-files.mjs';
import { fingerprint } from './build/fingerprint.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { buildFolder, packageFolder, repository } from './setup/paths.mjs';

// Outside dist/, which holds only what is published.
const stamp = join(buildFolder, 'package-made-from');
const inputs = [
  engineScript,
  engineBinary,
  engineTypes,
  unpackerBinary,
  ...[
    'js-glue',
    'tools/build',
    'tools/build.mjs',
    'tsconfig.json',
    'tsconfig.package.json',
    'package.json',
    'package-lock.json',
  ].map((path) => join(repository, path)),
];

/** Builds what is out of date; resolves with whether everything is up to date now. */
export async function buildPackage(environment) {
  if (!(await buildPreset('wasm-release', environment))) return false;
  const madeFrom = fingerprint(inputs);
  if (existsSync(stamp) && existsSync(packageFolder) && readFileSync(stamp, 'utf8') === madeFrom) return true;

  rmSync(stamp, { force: true });
  rmSync(packageFolder, { recursive: true, force: true });
  mkdirSync(packageFolder, { recursive: true });
  try {
    await bundle();
  } catch (error) {
    // esbuild has already shown what is wrong and where.
    if (!Array.isArray(error?.errors)) throw error;
    return false;
  }
  if (!(await declarations())) return false;
  writeFileSync(stamp, madeFrom);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runAsCommand(async () => ((await buildPackage(await setUp(['build']))) ? 0 : 1));
}
