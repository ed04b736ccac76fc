import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeModules, repository } from '../setup/paths.mjs';
import { runShown } from '../setup/process.mjs';

// Worlds with different globals: the package and clients of it (a browser, nothing else), the demo page (Vite's), Node.
const projects = [
  'tsconfig.json',
  'examples/tsconfig.json',
  'tests/consumer/client/tsconfig.json',
  'web-demo/tsconfig.json',
  'tsconfig.node.json',
];

export async function checkTypes(environment) {
  let ok = true;
  for (const project of projects.filter((name) => existsSync(join(repository, name)))) {
    const args = [join(nodeModules, 'typescript', 'bin', 'tsc'), '--project', join(repository, project)];
    ok = (await runShown(process.execPath, args, { cwd: repository, env: environment })) === 0 && ok;
  }
  return ok;
}
