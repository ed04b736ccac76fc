import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkLinks } from '../../tools/docs/links.mjs';

const folder = mkdtempSync(join(tmpdir(), 'links-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function complaintsAbout(text, name = 'page.md') {
  const path = join(folder, name);
  writeFileSync(path, text);
  return checkLinks([path]).map((line) => line.replace(/^.*?: /, ''));
}

test('every relative link in the documentation leads to a file and a heading that exist', () => {
  assert.deepEqual(checkLinks(), []);
});

test('a missing file and a missing heading are told', () => {
  assert.deepEqual(complaintsAbout('# A\n\n[x](none.md) [y](#b) [z](#a)\n'), [
    'no such file: none.md',
    'no such heading: #b',
  ]);
});

test('headings are found under the names that GitHub gives them', () => {
  const text = '## `close()`, and *what* then?\n\n## Twice\n\n## Twice\n\n[a](#close-and-what-then) [b](#twice-1)\n';
  assert.deepEqual(complaintsAbout(text), []);
});

test('code, addresses and headings within code are left alone', () => {
  const text = '[a](https://example.org/x) `[b](none.md)`\n\n```md\n# Not one\n[c](none.md)\n```\n\n[d](#not-one)\n';
  assert.deepEqual(complaintsAbout(text), ['no such heading: #not-one']);
});
