// Where a file goes, and under which name: rules that need no browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from './page-module.mjs';

const MiB = 1024 * 1024;

test('names that a file system takes for one are numbered, in each folder for itself', async () => {
  const { uniquePaths } = await pageModule('util/unique-names.ts');
  assert.deepEqual(uniquePaths(['cat.png', 'Cat.PNG', 'cat (2).png', 'cat.png']), [
    'cat.png',
    'Cat (2).PNG',
    'cat (2) (2).png',
    'cat (3).png',
  ]);
  assert.deepEqual(uniquePaths(['a/cat.png', 'b/cat.png', 'A/CAT.png']), ['a/cat.png', 'b/cat.png', 'a/CAT (2).png']);
  assert.deepEqual(uniquePaths(['é/x', 'e\u0301/x']), ['é/x', 'é/x (2)'], 'composed and decomposed are one folder');
});

test('a file and a folder of one name do not meet', async () => {
  const { uniquePaths } = await pageModule('util/unique-names.ts');
  assert.deepEqual(uniquePaths(['Trip', 'trip/one.png', 'trip/two.png']), [
    'Trip',
    'trip (2)/one.png',
    'trip (2)/two.png',
  ]);
  assert.deepEqual(uniquePaths(['trip.d/one.png', 'TRIP.D']), ['trip.d/one.png', 'TRIP (2).D']);
  assert.deepEqual(uniquePaths(['trip.d', 'trip.d/one.png']), ['trip.d', 'trip.d (2)/one.png']);
});

test('a large file goes to the disk while it arrives, and a small one into memory', async () => {
  const { destinationFor } = await pageModule('saving/destination.ts');
  const everything = { keepsFiles: true, hasRoom: true, mayAsk: true };
  const nothing = { keepsFiles: false, hasRoom: false, mayAsk: false };
  assert.equal(destinationFor(8 * MiB, everything), 'memory');
  assert.equal(destinationFor(8 * MiB + 1, everything), 'store');
  assert.equal(destinationFor(512 * MiB, everything), 'ask', 'one copy of it, and not two');
  assert.equal(destinationFor(512 * MiB, { ...everything, mayAsk: false }), 'store', 'nobody clicked');
  assert.equal(destinationFor(9 * MiB, { ...everything, hasRoom: false }), 'ask');
  assert.equal(destinationFor(9 * MiB, { ...everything, keepsFiles: false }), 'ask');
  assert.equal(destinationFor(9 * MiB, { ...nothing, keepsFiles: true }), 'store', 'which says that it has no room');
  assert.equal(destinationFor(9 * MiB, nothing), 'memory');
});
