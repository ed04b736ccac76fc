// What docs/node.md shows, run as it is: two Node processes and no browser.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const example = fileURLToPath(new URL('../../examples/node-datachannel.mjs', import.meta.url));

test('the example for Node brings a file from one process to another, and both end', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const content = randomBytes(3 * 1024 * 1024 + 1);
  const name = 'Grüße 🌸.png';
  writeFileSync(join(folder, name), content);

  // Its own end, or the signal's, ends the second process too: their pipe closes.
  const run = promisify(execFile)(process.execPath, [example, join(folder, name)], { signal: t.signal });
  const { stdout, stderr } = await run;
  const hash = createHash('sha256').update(content).digest('hex');
  assert.equal(stdout, `${name}: ${content.length} bytes, SHA-256 ${hash}\n`);
  assert.equal(stderr, '');
});
