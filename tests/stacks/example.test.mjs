// What docs/node.md shows, run as it is: two Node processes and no browser.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exampleOf = (name) => fileURLToPath(new URL(`../../examples/${name}.mjs`, import.meta.url));

/** The signal's end ends the second process too: their pipe closes. */
const run = (t, ...args) => promisify(execFile)(process.execPath, args, { signal: t.signal });

function folderFor(t) {
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the example for Node brings a file from one process to another, and both end', { timeout: 60_000 }, async (t) => {
  const folder = folderFor(t);
  const content = randomBytes(3 * 1024 * 1024 + 1);
  const name = 'Grüße 🌸.png';
  writeFileSync(join(folder, name), content);

  const { stdout, stderr } = await run(t, exampleOf('node-datachannel'), join(folder, name));
  const hash = createHash('sha256').update(content).digest('hex');
  assert.equal(stdout, `${name}: ${content.length} bytes, SHA-256 ${hash}\n`);
  assert.equal(stderr, '');
});

test('the one of transfers does so from disk to disk, and both end', { timeout: 60_000 }, async (t) => {
  const folder = folderFor(t);
  const content = randomBytes(20 * 1024 * 1024 + 1);
  writeFileSync(join(folder, 'a.bin'), content);

  const paths = [join(folder, 'a.bin'), join(folder, 'b.bin')];
  const { stdout, stderr } = await run(t, exampleOf('node-datachannel-transfers'), ...paths);
  assert.deepEqual(stdout.split('\n').sort(), ['', 'a.bin is in b.bin: 20971521 bytes', 'and the other side has it']);
  assert.equal(stderr, '');
  assert.ok(readFileSync(paths[1]).equals(content));
});
