// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Output } from '../../cli/output.mjs';
import { Progress, progressLine } from '../../cli/progress.mjs';
import { width } from '../../cli/text.mjs';

/** What is written to it, in pieces. */
function stream(properties = {}) {
  const written = [];
  const write = (text) => written.push(text);
  return { written, ...properties, write, on: () => {} };
}

function outputTo({ isTTY = false, columns = 80, isQuiet = false }) {
  const streams = { stdout: stream(), stderr: stream({ isTTY, columns }) };
  const output = new Output(/** @type {any} */ (streams), isQuiet);
  return { output, out: streams.stdout.written, err: streams.stderr.written };
}

const MB = 1_000_000;

test('on a terminal one line is rewritten, and taken away at the end', () => {
  const { output, err } = outputTo({ isTTY: true });
  const item = new Progress(output).begin('film.mkv', 100 * MB);
  item.update(25 * MB, 5 * MB);
  item.update(50 * MB, 5 * MB);
  item.end();
  assert.deepEqual(err, [
    '\rfilm.mkv   25 %  25.0 MB of 100 MB  5.00 MB/s  0:15\u001B[K',
    '\rfilm.mkv   50 %  50.0 MB of 100 MB  5.00 MB/s  0:10\u001B[K',
    '\r\u001B[K',
  ]);
});

test('several files are one line', () => {
  const { output, err } = outputTo({ isTTY: true });
  const progress = new Progress(output);
  const [first, second] = [progress.begin('a', 10 * MB), progress.begin('b', 30 * MB)];
  first.update(5 * MB, MB);
  second.update(15 * MB, MB);
  assert.equal(err.at(-1), '\r2 files   50 %  20.0 MB of 40.0 MB  2.00 MB/s  0:10\u001B[K');
});

test('the line is never wider than the terminal, whatever the name is', () => {
  const item = { bytes: 1, size: 2 * MB, rate: 3 };
  for (const name of ['写真'.repeat(100), 'x'.repeat(300), '🌸e\u0301'.repeat(50), '\u001B[2J'.repeat(9), '']) {
    for (let columns = 1; columns < 120; columns += 1) {
      assert.ok(width(progressLine({ name, ...item }, columns)) <= columns, `${name} in ${columns}`);
    }
  }
});

test('what is said meanwhile stands above the line, and results go to stdout as they are', () => {
  const { output, out, err } = outputTo({ isTTY: true });
  new Progress(output).begin('film.mkv', 10).update(5, 1);
  const line = err.splice(0)[0];
  output.note('Hello\u001B[2J.');
  assert.deepEqual(err.splice(0), ['\r\u001B[K', 'Hello\uFFFD[2J.\n', line]);
  output.result('/there/film.mkv');
  assert.deepEqual(err, ['\r\u001B[K', line]);
  assert.deepEqual(out, ['/there/film.mkv\n']);
});

test('elsewhere there is a line for each tenth, not more often than once a second, and one after ten seconds', () => {
  const { output, err } = outputTo({});
  let now = 0;
  const item = new Progress(output, () => now).begin('film.mkv', 1000);
  const told = [];
  for (let bytes = 0; bytes <= 1000; bytes += 10) {
    now += 400;
    item.update(bytes, 25);
    if (err.length > told.length) told.push([now, bytes]);
  }
  item.end();
  assert.deepEqual(told.slice(0, 3), [
    [4_400, 100],
    [8_400, 200],
    [12_400, 300],
  ]);
  assert.equal(told.length, 9, 'that all is there is not said: it is not verified yet');
  assert.equal(err[0], 'film.mkv:  10 %  100 B of 1.00 kB  25 B/s  0:36\n');

  for (const bytes of [10, 11, 12]) item.update(bytes, 1);
  assert.equal(err.length, 9, 'nothing after its end');
  const slow = new Progress(output, () => now).begin('slow', 1000);
  for (let second = 0; second < 25; second += 1) {
    now += 1_000;
    slow.update(second, 1);
  }
  assert.equal(err.length, 11, 'twice in 25 seconds');
});

test('who wants it quiet gets errors and results alone', () => {
  const { output, out, err } = outputTo({ isTTY: true, isQuiet: true });
  output.note('Hello.');
  new Progress(output).begin('a', 10).update(5, 1);
  output.error('Trouble.');
  output.result('a');
  assert.deepEqual([err, out], [['Trouble.\n'], ['a\n']]);
});
