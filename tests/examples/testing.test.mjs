// The tests of an application, as examples/testing has them: from the packed tarball, with each of the runners that the guide names.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConsumerProject, repository, resolveInRepository } from '../consumer/project.mjs';

// Inside the repository, for Vitest and jsdom are found from there.
const project = new ConsumerProject(join(repository, 'build', 'consumers'));
after(() => project.remove());
cpSync(join(repository, 'examples/testing'), project.folder, { recursive: true });

const vitest = join(resolveInRepository('vitest/package.json'), '..', 'vitest.mjs');

/** What the runner printed, if all is well. As a child of this runner, Node's own would report to it. */
function run(...args) {
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project.folder, env, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

test("with Node's own runner", () => {
  assert.match(run('--test', '--test-reporter=tap', 'share-photo.node.mjs'), /^# pass 2$/m);
});

for (const pool of ['forks', 'threads', 'vmThreads']) {
  test(`with Vitest, in Node and in jsdom (${pool})`, () => {
    assert.match(run(vitest, 'run', '--no-color', `--pool=${pool}`), /Tests {2}2 passed \(2\)/);
  });
}
