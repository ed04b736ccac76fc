import { join } from 'node:path';
import { nodeModules, repository } from '../setup/paths.mjs';
import { runShown } from '../setup/process.mjs';

const run = async (script, args) =>
  (await runShown(process.execPath, [join(nodeModules, script), ...args], { cwd: repository })) === 0;

export const lintJavaScript = (mode) =>
  run('eslint/bin/eslint.js', ['--max-warnings=0', ...(mode === 'write' ? ['--fix'] : []), '.']);

export const formatJavaScript = (mode) =>
  run('prettier/bin/prettier.cjs', [mode === 'write' ? '--write' : '--check', '--log-level=warn', '.']);
