// What a room may be called, for the page that joins it and the server that holds it.

export const MAX_ROOM_NAME = 64;

export const ROOM_NAME_RULE = `A room name has 1 to ${MAX_ROOM_NAME} letters, digits, signs or emoji of any language, and spaces between them.`;

// Longer ones are not even looked at: composing characters takes time.
const MAX_TEXT = 1_024;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Join_C} ]+$/u;
// Scripts and emoji need joiners and variation selectors, after something that they join or vary; anything else that is
// invisible could make two rooms look like one. U+FFFD is what is left of an address that was not written in UTF-8.
const INVISIBLE = /(?![\p{Join_C}\p{VS}])\p{DI}|(?<![\p{L}\p{M}\p{ExtPict}\p{EMod}])\p{Join_C}|\uFFFD/u;

/**
 * The name by which people mean the same room, or undefined if it cannot be one: compatible and composed characters,
 * single spaces, lower case. (RFC 8266, the rules for comparing nicknames.)
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function roomName(text) {
  if (text.length > MAX_TEXT) return undefined;
  const name = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\p{Zs}+/gu, ' ')
    .replace(/^ | $/g, '');
  const isName = PRINTABLE.test(name) && !INVISIBLE.test(name) && [...name].length <= MAX_ROOM_NAME;
  return isName ? name : undefined;
}
