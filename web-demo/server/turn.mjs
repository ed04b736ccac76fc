// Credentials of a TURN server that lets in whoever brings what its secret has made (coturn: use-auth-secret), for a while. The secret
// itself never leaves the server; that a page is one of this demo's is what they say, and until when.
import { createHmac } from 'node:crypto';

const DEFAULT_TTL_SECONDS = 3600;
// Shorter ones would be renewed all the time, and longer ones are no short-lived credentials any more.
const SHORTEST_TTL_SECONDS = 60;
const LONGEST_TTL_SECONDS = 86_400;

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

/**
 * What the server tells a client of ICE servers, as STUN_URLS, TURN_URLS, TURN_SECRET and TURN_TTL have it: a function of the client's id,
 * or undefined where there is nothing to tell and the page uses its own. The life is told in seconds, since clocks differ.
 *
 * @param {Record<string, string | undefined>} environment
 * @returns {((id: string) => { iceServers: RTCIceServer[], iceServersLifetime?: number }) | undefined}
 */
export function iceServersFrom({ STUN_URLS, TURN_URLS, TURN_SECRET, TURN_TTL }) {
  const stunUrls = urlsOf('STUN_URLS', STUN_URLS, /^stuns?:[^\s,]+$/);
  const urls = urlsOf('TURN_URLS', TURN_URLS, /^turns?:[^\s,]+$/);
  const stun = stunUrls.length > 0 ? [{ urls: stunUrls }] : [];
  if (urls.length === 0) {
    if (TURN_SECRET) throw new Error('TURN_SECRET is of no use without TURN_URLS.');
    return stun.length > 0 ? () => ({ iceServers: stun }) : undefined;
  }
  if (!TURN_SECRET) throw new Error('TURN_URLS needs TURN_SECRET: the static-auth-secret of that server.');
  const secret = TURN_SECRET;
  const ttlSeconds = Number(TURN_TTL || DEFAULT_TTL_SECONDS);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < SHORTEST_TTL_SECONDS || ttlSeconds > LONGEST_TTL_SECONDS) {
    throw new Error(
      `TURN_TTL must be from ${SHORTEST_TTL_SECONDS} to ${LONGEST_TTL_SECONDS} seconds, not "${TURN_TTL}".`,
    );
  }
  return (id) => {
    const { iceServers } = turnCredentials({ secret, urls, ttlSeconds, id });
    return { iceServers: [...stun, ...iceServers], iceServersLifetime: ttlSeconds };
  };
}

function urlsOf(name, list = '', form) {
  const urls = list
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
  const wrong = urls.find((url) => !form.test(url));
  if (wrong !== undefined) throw new Error(`${name} has "${wrong}", which is no such address.`);
  return urls;
}
