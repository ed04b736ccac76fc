// @ts-check
// What the benchmarks over paths say of their figures: a target that is missed is marked, and a run that failed is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { galleryBytes, gallerySizes } from '../bench/browser/gallery-over-path.mjs';
import { galleryTable } from '../../tools/bench/gallery.mjs';
import { latencyTable } from '../../tools/bench/latency.mjs';
import { pathRows, undisturbedRows, waysOf } from '../../tools/bench/path-rows.mjs';

const direction = (drops = 0) => ({
  queue: { meanMs: 1, maxMs: 2 },
  dropped: { queue: drops, kernel: 0, atEnd: 0 },
  late: { meanUs: 20, p99Us: 30, maxUs: 40 },
});
const bothWays = (drops) => ({ toHidden: direction(drops), toCaller: direction() });
const { links } = pathRows['20-50'];

/** The cells of the last line, by the names of the columns. */
function lastRow(table) {
  const lines = table.split('\n');
  const [head, row] = [lines[2] ?? '', lines.at(-1) ?? ''].map((line) => line.split(/ {2,}/));
  return Object.fromEntries(head.map((name, index) => [name, row[index]]));
}

/** Of two stages, in the second of which a queue has dropped something. */
function latencyRow({ receiverPong, idle = 20, behind = 20 }) {
  const waits = { idle: [idle], receiverPong, senderPong: [20], opposite: [20], cancelled: [20] };
  const all = Object.entries({ ...waits, afterCancel: [20], behind: [behind] }).map(([name, list]) => [
    name,
    list.map((wait, index) => ({ stage: Math.min(index, 1), at: 0, wait })),
  ]);
  const run = { answers: Object.fromEntries(all), statistics: [bothWays(0), bothWays(0), bothWays(5)] };
  const runs = [run, { failed: 'no connection' }];
  return lastRow(latencyTable({ rounds: 2, results: [{ path: '20-50', way: 'up', links, target: 350, runs }] }));
}

test('a wait over the target is marked and counted', () => {
  const row = latencyRow({ receiverPong: [100, 351, 120] });
  assert.equal(row['pong to receiver'], '120 / 351 !');
  assert.equal(row.over, '1 of 7');
  assert.equal(row['drops queue'], '5');
  assert.equal(row.failed, '1');
});

test('what is over the target where nothing was dropped is counted by itself', () => {
  assert.equal(latencyRow({ receiverPong: [100, 351, 120] })['without drops'], '0 of 5');
  assert.equal(latencyRow({ receiverPong: [351, 100, 120] })['without drops'], '1 of 5');
});

test('what is within the target, or has none, is not', () => {
  const row = latencyRow({ receiverPong: [350], idle: 400, behind: 9000 });
  assert.equal(row['pong to receiver'], '350 / 350');
  assert.equal(row['pong, idle'], '400 / 400');
  assert.equal(row['picture behind'], '9000 / 9000');
  assert.equal(row.over, '0 of 5');
});

test('where every run failed the table says so', () => {
  const results = [{ path: '20-50', way: 'up', links, target: 1.3, allowed: 4, runs: [{ failed: 'no connection' }] }];
  for (const table of [latencyTable, galleryTable]) {
    const { path, target = '–', failed, ...figures } = lastRow(table({ rounds: 1, results }));
    assert.deepEqual([path, target, failed], ['20-50', '–', '1']);
    assert.deepEqual(new Set(Object.values(figures)), new Set(['–']));
  }
});

test('a gallery is measured by its last image, against what the rate allows', () => {
  const runs = [5, 5.3, 4.8].map((last) => ({
    imageSeconds: [0.2, last, 3],
    processorSecondsPerMegabyte: 0.1,
    link: direction(),
  }));
  const row = lastRow(
    galleryTable({ rounds: 3, results: [{ path: '20-50', way: 'up', links, allowed: 4, target: 1.3, runs }] }),
  );
  assert.equal(row['last image s'], '5');
  assert.equal(row.times, '1.25');
  assert.equal(row.longest, '1.32 !');
});

test('the gallery is of 60 pictures from 20 to 300 KB', () => {
  assert.equal(gallerySizes.length, 60);
  assert.equal(Math.min(...gallerySizes), 20_000);
  assert.equal(Math.max(...gallerySizes), 300_000);
  assert.equal(galleryBytes, 9_600_000);
});

test('a path whose directions differ is measured in both', () => {
  assert.deepEqual(waysOf(pathRows['5+50-50'].links), ['up', 'down']);
  assert.deepEqual(waysOf(links), ['up']);
  assert.ok(undisturbedRows.every((row) => !pathRows[row].links.up.loss));
});
