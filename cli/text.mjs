// @ts-check
// Text of others on a terminal: what it is told to do there, and how wide it is.

/** Two columns: East Asian scripts, their punctuation and full-width forms, and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F000}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const nothing = /[\p{Mn}\p{Me}\p{Cf}]/u;
// A joiner holds the parts of one emoji together.
const commands = /(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Without what a terminal obeys or what turns the direction of text: a name is only ever shown.
 *
 * @param {string} text
 */
export const printable = (text) => text.replace(commands, '\uFFFD');

/**
 * Columns that it takes.
 *
 * @param {string} text
 */
export function width(text) {
  let columns = 0;
  for (const character of text) columns += nothing.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/**
 * As much of it as fits into so many columns.
 *
 * @param {string} text
 * @param {number} columns
 */
export function fit(text, columns) {
  if (width(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const character of text) {
    left -= width(character);
    if (left < 0) break;
    kept += character;
  }
  return columns > 0 ? `${kept}…` : '';
}
