import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../../tools/before-publishing.mjs', import.meta.url));

/** As `npm publish` does: a dry run talks to no registry. */
function publish(t, manifest) {
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const scripts = { prepublishOnly: `node ${JSON.stringify(tool)}` };
  const all = { name: 'peer-session-dry-run', version: '0.0.1', scripts, ...manifest };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(all));
  return spawnSync('npm', ['publish', '--dry-run', '--offline', '--ignore-scripts=false'], {
    cwd: folder,
    encoding: 'utf8',
  });
}

for (const repository of [undefined, '', 'somebody/something', { type: 'git' }, { url: 'git@host:a/b.git' }]) {
  test(`nothing is published from ${JSON.stringify(repository)}, and why is said`, (t) => {
    const { status, stderr } = publish(t, { repository });
    assert.equal(status, 1);
    assert.match(stderr, /package\.json has no "repository": put the public https address/);
  });
}

test('with the address of the sources it goes on', (t) => {
  const { status, stderr } = publish(t, {
    repository: { type: 'git', url: 'git+https://git.example/peer-session.git' },
  });
  assert.equal(status, 0, stderr);
});
