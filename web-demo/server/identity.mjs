// How a page that lost its connection comes back as the same person, without the server remembering anybody.
import { createHash, randomBytes } from 'node:crypto';
import { KEY, KEY_LASTS_SECONDS, KEY_PREFIX, PROTOCOL } from '../shared/signal-protocol.mjs';

const ID_LENGTH = 32;
// By so much a client's clock may be ahead. One that is wrong by more, or behind, is told the time when it is refused.
const CLOCK_TOLERANCE_SECONDS = 60 * 60;

/** The protocol to answer with, for the WebSocket handshake. */
export const chosenProtocol = (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false);

/**
 * The id of who holds this key, in this room: its hash, so that everybody may know the id and nobody can become it, on
 * this server or after its restart. Who brings no key gets an id that nobody can ever have again. The key says itself when
 * it expires, and with another expiry it is another key: the id ends with it.
 */
export function idFor(room, key = randomBytes(32).toString('base64url')) {
  return createHash('sha256')
    .update(JSON.stringify(['peer-session demo', room, key]))
    .digest('hex')
    .slice(0, ID_LENGTH);
}

/** Returns `{ key }`, undefined if none was brought, or `{ error }` with a code of ERROR_TEXT. `now` in seconds. */
export function keyOf(request, now) {
  const names = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const key = names.find((name) => name.startsWith(KEY_PREFIX))?.slice(KEY_PREFIX.length);
  if (key === undefined) return { key };
  const expiry = KEY.exec(key)?.[1];
  if (expiry === undefined) return { error: 'bad-key' };
  const lasts = Number(expiry) - now;
  return lasts > 0 && lasts <= KEY_LASTS_SECONDS + CLOCK_TOLERANCE_SECONDS ? { key } : { error: 'key-expired' };
}
