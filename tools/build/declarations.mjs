import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { buildFolder, nodeModules, packageFolder, repository } from '../setup/paths.mjs';
import { runShown } from '../setup/process.mjs';

const emitted = join(buildFolder, 'declarations');

/** Emits the declarations of everything, and ships those that a user of the entries can reach. */
export async function declarations(outputFolder = packageFolder) {
  const tsc = join(nodeModules, 'typescript', 'bin', 'tsc');
  const args = [tsc, '--project', join(repository, 'tsconfig.package.json'), '--outDir', emitted];
  if ((await runShown(process.execPath, args, { cwd: repository })) !== 0) return false;
  const entries = ['index', 'transfers', 'lazy', 'signed', 'opfs', 'testing', 'worker'].map((entry) => join(emitted, `${entry}.d.ts`));
  for (const file of reachable(entries)) {
    const target = join(outputFolder, relative(emitted, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  return true;
}

function reachable(entries) {
  const seen = new Set();
  const waiting = [...entries];
  while (waiting.length > 0) {
    const file = waiting.pop();
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      waiting.push(resolve(dirname(file), specifier.replace(/\.js$/, '.d.ts')));
    }
  }
  return seen;
}
