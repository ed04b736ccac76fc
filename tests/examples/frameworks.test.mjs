// The hooks of docs/guide/frameworks.md with the real frameworks: what they show is right, mounting twice leaks nothing, and neither does
// a hot reload. In a process of its own for each, with a garbage collector that can be called.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { build } from 'esbuild';

const repository = fileURLToPath(new URL('../../', import.meta.url));
// In the repository, whose packages are found from there.
mkdirSync(join(repository, 'build'), { recursive: true });
const folder = mkdtempSync(join(repository, 'build', 'frameworks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What the probe found out. */
async function run(framework) {
  const outfile = join(folder, `${framework}.mjs`);
  await build({
    entryPoints: [join(repository, 'tests', 'examples', 'frameworks', `${framework}.mjs`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"development"', __VUE_OPTIONS_API__: 'false' },
    // Its other half is loaded when it is needed, from beside it.
    alias: {
      'peer-session/transfers': join(repository, 'dist', 'transfers.js'),
      'peer-session/testing': join(repository, 'dist', 'testing.js'),
    },
    external: ['jsdom'],
    logLevel: 'error',
  });
  const printed = execFileSync(process.execPath, ['--expose-gc', outfile], {
    encoding: 'utf8',
    timeout: 60_000,
    cwd: repository,
  });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
}

for (const framework of ['react', 'vue', 'svelte']) {
  test(`${framework}: shows each change once, and holds nothing after it is unmounted`, async () => {
    const { shown, rendersPerChange, left, mounts, isCollected, unhandled } = await run(framework);
    assert.deepEqual(shown, ['offered', 'done', 'closed']);
    assert.ok(rendersPerChange <= 1, `${rendersPerChange} renders for one change, after 50 mounts`);
    // A framework may hold on to the one that it had last.
    assert.ok(mounts > 50 && left <= 2, `${left} of the first of ${mounts} subscriptions are still held`);
    assert.deepEqual([isCollected, unhandled], [true, []]);
  });
}
