import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nodeModules, repository } from '../setup/paths.mjs';
import { runShown } from '../setup/process.mjs';

// Worlds with different globals: the package and clients of it (a browser, nothing else), the demo page (Vite's), Node.
const projects = [
  'tsconfig.json',
  'examples/tsconfig.json',
  'tests/consumer/client/tsconfig.json',
  'web-demo/tsconfig.json',
  'web-demo/offline/tsconfig.json',
  'tsconfig.node.json',
];

export async function checkTypes(environment) {
  let ok = true;
  const left = projects.filter((name) => existsSync(join(repository, name)));
  const worker = async () => {
    for (let project = left.shift(); project !== undefined; project = left.shift()) {
      const args = [join(nodeModules, 'typescript', 'bin', 'tsc'), '--project', join(repository, project)];
      const code = await runShown(process.execPath, args, { cwd: repository, env: environment });
      if (code !== 0) ok = false;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return ok;
}
