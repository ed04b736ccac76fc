// @ts-check
// A folder of the glue may use those below it, and none of those above: so each can be read, and replaced, without the rest.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { repository } from '../../tools/setup/paths.mjs';

const sources = join(repository, 'js-glue', 'src');
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const folderOf = (path) => (path.includes('/') ? (path.split('/')[0] ?? '') : 'the entries');

/** Each folder with those that it imports from, types included. */
function importsByFolder() {
  const imports = new Map();
  for (const file of files) {
    const text = readFileSync(join(sources, file), 'utf8');
    const targets = Array.from(text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g), ([, specifier]) =>
      folderOf(relative(sources, join(sources, dirname(file), specifier))),
    );
    const known = imports.get(folderOf(file)) ?? new Set();
    for (const target of targets) if (target !== folderOf(file)) known.add(target);
    imports.set(folderOf(file), known);
  }
  return imports;
}

test('the imports between the folders of the glue make no circle', () => {
  const left = importsByFolder();
  assert.ok(left.size > 5 && [...left.values()].some((targets) => targets.size > 3), 'imports were read');
  for (let lowest; left.size > 0; left.delete(lowest)) {
    lowest = [...left.keys()].find((folder) => [...left.get(folder)].every((target) => !left.has(target)));
    assert.ok(lowest, `a circle among ${[...left.keys()].join(', ')}`);
  }
});

test('beside the folders of the glue there are only its entries and what they share', () => {
  const loose = files.filter((file) => !file.includes('/')).sort();
  assert.deepEqual(loose, [
    'exports.ts',
    'in-page.ts',
    'index.ts',
    'lazy.ts',
    'opfs.ts',
    'signed.ts',
    'testing.ts',
    'transfers.ts',
    'worker-thread.ts',
    'worker.ts',
  ]);
});
