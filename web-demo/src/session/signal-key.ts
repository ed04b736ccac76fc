import { KEY, KEY_LASTS_SECONDS } from '../../shared/signal-protocol.mjs';

/** A key of one's own for a day; `now` in milliseconds, by the server's clock if that is known to be another. */
export function newKey(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const secret = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '');
  return `${String(Math.floor(now / 1000) + KEY_LASTS_SECONDS)}.${secret}`;
}

/** Whether a key that was kept is one that still holds. */
export function isFresh(key: string, now: number): boolean {
  const expiry = KEY.exec(key)?.[1];
  return expiry !== undefined && Number(expiry) * 1000 > now;
}
