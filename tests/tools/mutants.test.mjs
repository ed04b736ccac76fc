import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { complaintsAboutMutants } from '../../tools/mutants/patches.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'poem.txt'), 'one\ntwo\nthree\nrain\nsun\nrain\nfour\nfive\nrain\nsun\nrain\n');

const promise = 'It counts.\n\n';
const table = (...names) =>
  ['| mutant | unit |', '|---|---|', ...names.map((name) => `| ${name} | x |`), ''].join('\n');
const patch = (...hunk) =>
  ['diff --git a/poem.txt b/poem.txt', '--- a/poem.txt', '+++ b/poem.txt', ...hunk, ''].join('\n');
const fitting = patch('@@ -1,3 +1,3 @@', ' one', '-two', '+2', ' three');

function complaintsAbout(text, rows = table('this')) {
  writeFileSync(join(folder, 'this.patch'), text);
  return complaintsAboutMutants({ folder, sources: folder, table: rows });
}

test('every mutant applies to the sources, says which promise it breaks, and has its row in the documentation', () => {
  assert.deepEqual(complaintsAboutMutants(), []);
});

test('a patch that fits is no cause for complaint', () => {
  assert.deepEqual(complaintsAbout(promise + fitting), []);
});

test('a patch that fits some lines further on is none either', () => {
  assert.deepEqual(complaintsAbout(promise + patch('@@ -2,3 +2,3 @@', ' four', '-five', '+5', ' rain')), []);
});

test('a patch whose lines have gone is told', () => {
  const complaints = complaintsAbout(promise + patch('@@ -1,3 +1,3 @@', ' one', '-second', '+2', ' three'));
  assert.equal(complaints.length, 1);
  assert.match(complaints[0], /^this: no longer applies: .*poem\.txt/);
});

test('a patch that fits in more than one place is told', () => {
  assert.deepEqual(complaintsAbout(promise + patch('@@ -4,3 +4,2 @@', ' rain', '-sun', ' rain')), [
    'this: fits in 2 places of poem.txt; give it more context',
  ]);
});

test('a patch that does not say which promise it breaks is told', () => {
  assert.deepEqual(complaintsAbout(fitting), [
    'this: does not begin with a sentence that says which promise it breaks',
  ]);
});

test('a patch without a row, a row without a patch and two rows are told', () => {
  assert.deepEqual(complaintsAbout(promise + fitting, table('that')), [
    'this: no row in docs/reliability.md',
    'that: a row, and no patch',
  ]);
  assert.deepEqual(complaintsAbout(promise + fitting, table('this', 'this')), ['this: two rows']);
});
