// Credentials of a TURN server that lets in whoever brings what its secret has made (coturn: use-auth-secret), for a while. The secret
// itself never leaves the server; that a page is one of this demo's is what they say, and until when.
import { createHmac } from 'node:crypto';

/**
 * As coturn checks them: the name is when they expire and for whom they are, and the password its HMAC-SHA1 in base64.
 *
 * @param {{ secret: string, urls: string[], ttlSeconds: number, id: string, now?: number }} given `now` in milliseconds since the epoch.
 * @returns {{ iceServers: RTCIceServer[], expiresAt: number }} `expiresAt` in seconds since the epoch, on this machine's clock.
 */
export function turnCredentials({ secret, urls, ttlSeconds, id, now = Date.now() }) {
  const expiresAt = Math.floor(now / 1000) + ttlSeconds;
  const username = `${expiresAt}:${id}`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return { iceServers: [{ urls, username, credential }], expiresAt };
}

/** @typedef {(id: string) => { iceServers?: RTCIceServer[], iceServersLifetime?: number }} IceServersFor By the client's id. */

/**
 * What the server tells a client of ICE servers, as settings.mjs has them; undefined where there is nothing to tell and the page
 * uses its own. The life is told in seconds, since clocks differ.
 *
 * @param {{ stunUrls: string[], urls: string[], secret?: string, ttl: number }} settings
 * @returns {IceServersFor | undefined}
 */
export function iceServersFrom({ stunUrls, urls, secret, ttl }) {
  const stun = stunUrls.length > 0 ? [{ urls: stunUrls }] : [];
  if (secret === undefined) return stun.length > 0 ? () => ({ iceServers: stun }) : undefined;
  return (id) => {
    const { iceServers } = turnCredentials({ secret, urls, ttlSeconds: ttl, id });
    return { iceServers: [...stun, ...iceServers], iceServersLifetime: ttl };
  };
}
