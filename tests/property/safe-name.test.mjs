// @ts-check
// What holds for the saved name of any name that a peer may send.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { safeName } from 'peer-session';

/** More by `PROPERTY_RUNS=50000 node --test tests/property`. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1000);
const replay = process.env.PROPERTY_SEED
  ? { seed: Number(process.env.PROPERTY_SEED), path: process.env.PROPERTY_PATH ?? '' }
  : {};
/** @template T @param {fc.Arbitrary<T>} values @param {(value: T) => void} holds */
const always = (values, holds) => fc.assert(fc.property(values, holds), { numRuns: runs, ...replay });

const graphemes = (text) => [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
const bytesOf = (text) => Buffer.byteLength(text);

// Each is one character to its reader, or a syllable, and none may lose a part.
const whole = ['a', 'Z', '7', 'ß', 'é', '写', '한', 'ก็', 'می‌', 'क्‍ष', 'ශ්‍රී', '👩‍👩‍👧‍👦', '👩🏽‍🚀', '🏳️‍🌈', '🇪🇺', '❤️', '1️⃣', '葛󠄀'];
const parts = [
  ...[...'./\\:*?"<>| _-~'],
  ...['\u0000', '\u001B', '\u202E', '\u2066', '\u200E', '\u061C', '\uFEFF', '\u200B', '\u00AD', '\u2028', '\u3000'],
  ...[
    '\u200C',
    '\u200D',
    '\uFE0E',
    '\uFE0F',
    '\uFE00',
    '\u{E0100}',
    '\u{E0067}',
    '\u{E007F}',
    '\u180B',
    '\u3164',
    '\u034F',
  ],
  ...[
    '\u0301',
    '\u0323',
    '\u0338',
    '\u094D',
    '\u{1F3FD}',
    '\u{1F3F4}',
    '\u{1F1EA}',
    '\uD83D',
    '\uDE00',
    '\uFFFF',
    '\u0600',
  ],
  ...['con', 'NUL', 'com1', 'lpt¹', '.png', '.tar.gz', '   ', '...'],
  ...whole,
];
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.array(fc.constantFrom(...parts), { maxLength: 30 }).map((list) => list.join('')),
  // Long ones, with whatever stands where they are cut.
  fc
    .tuple(
      fc.constantFrom(...parts),
      fc.integer({ min: 1, max: 260 }),
      fc.array(fc.constantFrom(...parts), { maxLength: 30 }),
    )
    .map(([unit, count, rest]) => unit.repeat(count) + rest.join('')),
);

test('a saved name is one segment that any file system takes, twice over', () => {
  always(anyName, (name) => {
    const safe = safeName(name);
    assert.ok(safe !== '' && bytesOf(safe) <= 240, `${bytesOf(safe)} bytes`);
    assert.doesNotMatch(safe, /[/\\:*?"<>|\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\p{Noncharacter_Code_Point}]/u);
    assert.doesNotMatch(safe, /^[.\s]|[.\s]$/u);
    assert.doesNotMatch(safe, /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)\s*(?:\.|$)/i);
  });
});

test('saving it under its saved name changes nothing, nor does the way its characters were composed', () => {
  always(anyName, (name) => {
    const safe = safeName(name);
    assert.equal(safeName(safe), safe);
    assert.equal(safe.normalize('NFC'), safe);
    assert.equal(safeName(name.normalize('NFD')), safe);
  });
});

test('nothing invisible is left but what a character before it needs', () => {
  always(anyName, (name) => {
    const safe = safeName(name);
    assert.doesNotMatch(safe, /(?![\p{Join_C}\p{VS}\u{E0020}-\u{E007F}])[\p{DI}\p{Cf}]/u);
    // A joiner may follow the selector of an emoji's or a letter's look; a selector follows something that has a look.
    for (const [found, before] of safe.matchAll(/(?<=(.?))[\p{Join_C}\p{VS}]/gsu)) {
      assert.match(before, /[\p{L}\p{M}\p{So}\p{Sk}\p{P}\p{N}]/u);
      assert.doesNotMatch(before, /\p{VS}/u.test(found) ? /\p{DI}/u : /(?!\p{VS})\p{DI}/u);
    }
    for (const tags of safe.match(/.?[\u{E0020}-\u{E007F}]+/gsu) ?? []) assert.match(tags, /^\u{1F3F4}.+\u{E007F}$/u);
  });
});

test('characters of any script pass as they are', () => {
  always(fc.array(fc.constantFrom(...whole), { minLength: 1, maxLength: 8 }), (list) => {
    const name = `${list.join('')}.png`;
    assert.equal(safeName(name), name);
  });
});

test('a name that is too long loses whole characters, as few as possible, and keeps its extension', () => {
  const stems = fc.array(fc.constantFrom(...whole), { minLength: 240, maxLength: 300 }).map((list) => list.join(''));
  always(fc.tuple(stems, fc.constantFrom('.png', '.tar.gz', '.jpeg', '.写真', '')), ([stem, extension]) => {
    const safe = safeName(stem + extension);
    const last = extension.slice(extension.lastIndexOf('.'));
    assert.ok(safe.endsWith(last));
    const kept = graphemes(safe.slice(0, safe.length - last.length)).map(({ segment }) => segment);
    const before = graphemes(stem + extension).map(({ segment }) => segment);
    assert.deepEqual(kept, before.slice(0, kept.length));
    assert.ok(bytesOf(safe) + bytesOf(before[kept.length]) > 240, 'the next one would have been too much');
  });
});
