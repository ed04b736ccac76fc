// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatTime, percentOf } from '../../cli/format.mjs';
import { fit, printable, width } from '../../cli/text.mjs';

test('nothing that a terminal obeys, or that turns the direction of text, is shown', () => {
  const hostile = '\u001B]0;title\u0007\u001B[2J\r\n\u009B31m\u202Egpj.exe\u2028\u0000.png';
  assert.doesNotMatch(printable(hostile), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  assert.equal(printable('Größe 写真 👨‍👩‍👧.png'), 'Größe 写真 👨‍👩‍👧.png');
});

test('the width of text is that of a terminal', () => {
  for (const [text, columns] of /** @type {const} */ ([
    ['plain.png', 9],
    ['写真', 4],
    ['🌸', 2],
    ['cafe\u0301', 4],
    ['ｆｕｌｌ', 8],
    ['한국', 4],
  ])) {
    assert.equal(width(text), columns, text);
  }
});

test('what is too wide is cut, by columns and not by characters', () => {
  assert.equal(fit('plain.png', 9), 'plain.png');
  assert.equal(fit('plain.png', 8), 'plain.p…');
  assert.equal(fit('写真写真', 6), '写真…');
  for (let columns = 0; columns < 12; columns += 1)
    assert.ok(width(fit('a写🌸é写真', columns)) <= columns, `${columns}`);
});

test('bytes and times are short', () => {
  for (const [bytes, text] of /** @type {const} */ ([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [999_999, '1.00 MB'],
    [123_456_789, '123 MB'],
    [5_000_000_000_000_000, '5000 TB'],
  ])) {
    assert.equal(formatBytes(bytes), text);
  }
  assert.deepEqual([0, 1, 59_001, 3_600_000, Infinity, NaN].map(formatTime), [
    '0:00',
    '0:01',
    '1:00',
    '1:00:00',
    '-:--',
    '-:--',
  ]);
  assert.deepEqual([percentOf(0, 0), percentOf(0, 9), percentOf(999, 1000)], [100, 0, 99]);
});
