// Names of WebSocket protocols: what else could a browser send along with a connection but an address, which is logged?

export const PROTOCOL = 'peer-session.signal';

/** Before the key by which a page is known again. */
export const KEY_PREFIX = 'peer-session.key.';

/** Seconds since 1970 up to which it holds, a dot, and a secret: 32 random bytes, base64url. */
export const KEY = /^(\d{1,12})\.[A-Za-z0-9_-]{43}$/;

/** No key lasts longer than a day. */
export const KEY_LASTS_SECONDS = 24 * 60 * 60;
