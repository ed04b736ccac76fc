import { toHex } from '../basics/hex.js';

const idBytes = 16;
/** Random bytes for the next ids: asking for 16 at a time takes longer than making the whole offer. */
const pool = new Uint8Array(128 * idBytes);
let used = pool.length;

/**
 * 128 random bits as 32 hexadecimal digits. Whoever knows the id of an offer can pull it, so it must not be guessable.
 * `crypto.randomUUID` is missing outside secure contexts; `getRandomValues` is everywhere.
 */
export function newTransferId(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return toHex(pool.subarray(used, (used += idBytes)));
}
