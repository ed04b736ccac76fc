// How a page that lost its connection comes back as the same person, without the server remembering anybody.
import { createHash, randomBytes } from 'node:crypto';
import { KEY_PREFIX, PROTOCOL } from '../shared/signal-protocol.mjs';

// 32 random bytes.
const KEY = /^[A-Za-z0-9_-]{43}$/;
const ID_LENGTH = 32;

/** The protocol to answer with, for the WebSocket handshake. */
export const chosenProtocol = (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false);

/**
 * The id of who holds this key, in this room: its hash, so that everybody may know the id and nobody can become it, on
 * this server or after its restart. Who brings no key gets an id that nobody can ever have again.
 */
export function idFor(room, key = randomBytes(32).toString('base64url')) {
  return createHash('sha256')
    .update(JSON.stringify(['peer-session demo', room, key]))
    .digest('hex')
    .slice(0, ID_LENGTH);
}

/** Returns `{ key }`, undefined if none was brought, or `{ error }` with a code of ERROR_TEXT. */
export function keyOf(request) {
  const names = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const key = names.find((name) => name.startsWith(KEY_PREFIX))?.slice(KEY_PREFIX.length);
  return key === undefined || KEY.test(key) ? { key } : { error: 'bad-key' };
}
