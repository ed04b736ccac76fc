// The names that people see; tests/property/safe-name.test.mjs has the rules that hold for all others.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { safeName } from 'peer-session';

const bytesOf = (text) => Buffer.byteLength(text);
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const charactersOf = (text) => [...segmenter.segment(text)].map(({ segment }) => segment);
const sayCodePoints = (text) =>
  JSON.stringify(text).replace(/[^ -~]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

for (const [name, safe] of [
  ['cat.png', 'cat.png'],
  ['', 'file'],
  ['...', 'file'],
  ['. .', 'file'],
  ['. .hidden', 'hidden'],
  // One segment of a path, and no device.
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\con', 'C__con'],
  ['con.txt', '_con.txt'],
  ['CON .txt', '_CON .txt'],
  ['com¹', '_com¹'],
  ['conin$', '_conin$'],
  ['console.txt', 'console.txt'],
  // What cannot be seen, or makes one see something else.
  ['a\u0000b\u202Egnp.exe', 'a_b_gnp.exe'],
  ['\uFEFFcat\u200B\u00AD.p\u2060ng', 'cat.png'],
  ['a\u200Db\u200Cc.png', 'abc.png'],
  ['a\uFE0Fb.png', 'ab.png'],
  ['\u3164.png', 'png'],
  ['lone \uD83D.png', 'lone _.png'],
  ['cat.png\u200D', 'cat.png'],
  ['cat.png \u3000.', 'cat.png'],
  // The same name, however it was typed.
  ['Bu\u0308ro.png', 'Büro.png'],
]) {
  test(`${sayCodePoints(name)} is saved as ${sayCodePoints(safe)}`, () => assert.equal(safeName(name), safe));
}

for (const name of [
  '👩‍👩‍👧‍👦 Familie.png',
  '🏳️‍🌈.png',
  '👩🏽‍🚀❤️.png',
  '☺︎ 1️⃣.png',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿.png',
  'می‌خواهم.png',
  'ه‍.ق',
  'क्‍ष र्‍य.png',
  'ශ්‍රී ලංකා.png',
  'ക്‍.png',
  'ᠬᠡᠯᠡ ᠪᠢᠴᠢᠭ᠌.png',
  '葛󠄀城市.png',
  '写真 größe Ελλάδα.png',
]) {
  test(`what belongs to emoji and scripts stays: ${sayCodePoints(name)}`, () => assert.equal(safeName(name), name));
}

for (const [what, unit] of [
  ['Latin letters', 'x'],
  ['CJK characters', '写'],
  ['families of four', '👩‍👩‍👧‍👦'],
  ['flags', '🇪🇺'],
  ['letters with marks', 'q\u0323\u0301'],
  ['conjuncts', 'क्‍ष'],
  ['dots and spaces', 'a. '],
]) {
  test(`5,000 ${what} become a name that a file system takes, with its extension and no character cut in two`, (t) => {
    const safe = safeName(`${unit.repeat(5_000)}.jpeg`);

    assert.ok(bytesOf(safe) <= 240, `${bytesOf(safe)} bytes`);
    assert.match(safe, /[^. ]\.jpeg$/);
    const stem = safe.slice(0, -'.jpeg'.length);
    assert.deepEqual(charactersOf(stem), charactersOf(unit.repeat(300)).slice(0, charactersOf(stem).length));
    assert.ok(bytesOf(stem) > 235 - 2 * bytesOf(unit), 'and as many as there is room for');
    const folder = mkdtempSync(join(tmpdir(), 'safe-name-'));
    t.after(() => rmSync(folder, { recursive: true }));
    // As a browser names the second one, and what it has not wholly received.
    for (const suffix of [' (1)', '.crdownload']) writeFileSync(join(folder, safe + suffix), '');
    assert.equal(readdirSync(folder).length, 2);
  });
}

test('a name that is cut does not become a device', () => {
  assert.equal(safeName(`con${' '.repeat(300)}x.png`), '_con.png');
});

test('one character of a thousand marks is cut, rather than nothing left of it', () => {
  const safe = safeName(`e${'\u0323'.repeat(1_000)}.png`);
  assert.ok(bytesOf(safe) <= 240);
  assert.match(safe, /^\u1EB9\u0323+\.png$/);
});

test('what is too long for an extension is none', () => {
  const safe = safeName(`a.${'b'.repeat(500)}`);
  assert.equal(safe, `a.${'b'.repeat(238)}`);
});

test('where the platform does not know what a character is, none is left in halves that mean something else', (t) => {
  const { Segmenter } = Intl;
  Object.assign(Intl, { Segmenter: undefined });
  t.after(() => Object.assign(Intl, { Segmenter }));
  for (const unit of ['👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌', '😀']) {
    for (const shift of ['', 'x', 'xx', 'xxx']) {
      const safe = safeName(`${shift}${unit.repeat(300)}.png`);
      assert.ok(bytesOf(safe) <= 240 && bytesOf(safe) > 200, `${bytesOf(safe)} bytes`);
      assert.equal(safeName(safe), safe);
      assert.doesNotMatch(safe, /\p{Surrogate}/u);
    }
  }
});
