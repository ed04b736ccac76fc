// Names of WebSocket protocols: what else could a browser send along with a connection but an address, which is logged?

export const PROTOCOL = 'peer-session.signal';

/** Before the secret by which a page is known again: 32 random bytes, base64url. */
export const KEY_PREFIX = 'peer-session.key.';
