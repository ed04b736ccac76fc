// npm run picture: takes the README's picture of the demo anew. A test takes it, in each run, into test-results/.
import { copyFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { buildDemo } from './build-demo.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { repository } from './setup/paths.mjs';
import { resultsFolder, runNodeSuite } from './test/node-suite.mjs';

const kept = join(repository, 'docs', 'images', 'demo.png');

await runAsCommand(async () => {
  const environment = await setUp(['build', 'test']);
  if (!(await buildDemo(environment))) return 1;
  if (!(await runNodeSuite('picture', ['tests/e2e/picture.test.mjs'], environment)).ok) return 1;
  copyFileSync(join(resultsFolder, 'demo.png'), kept);
  process.stdout.write(`${relative(process.cwd(), kept)} is new.\n`);
  return 0;
});
