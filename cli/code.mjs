// @ts-check
import { randomUUID } from 'node:crypto';
import { Ending, exitCodes } from './exit-codes.mjs';

/** The name of a room that nobody finds who was not told of it, as the demo page makes them. */
export const newCode = () => randomUUID();

/**
 * A code, or the whole link that it came in, which says the server, too.
 *
 * @param {string} text
 * @returns {{ code: string, server: string | undefined }}
 * @throws {Ending}
 */
export function readCode(text) {
  const given = text.trim();
  if (!/^https?:\/\//i.test(given)) {
    if (given === '') throw new Ending(exitCodes.usage, 'The code is empty.');
    return { code: given, server: undefined };
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const code = url ? new URLSearchParams(url.hash.slice(1)).get('room') : null;
  if (!url || !code) throw new Ending(exitCodes.usage, `"${given}" is no link to a room: it ends in #room=CODE.`);
  url.hash = '';
  return { code, server: url.href };
}

/**
 * What a browser opens to be in the same room. The code is behind the `#`, which is sent to no server.
 *
 * @param {URL} server
 * @param {string} code
 */
export function linkTo(server, code) {
  const link = new URL(server);
  link.hash = new URLSearchParams({ room: code }).toString();
  return link.href;
}
