import { KEY, KEY_LASTS_SECONDS } from '../../shared/signal-protocol.mjs';
import { load, save } from './identity.js';

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

/** That of this tab, through reloads, for as long as it holds. */
export function ownKey(): string {
  const kept = load('key');
  return typeof kept === 'string' && isFresh(kept, Date.now()) ? kept : keptKey(newKey(Date.now()));
}

export function keptKey(key: string): string {
  save('key', key);
  return key;
}
