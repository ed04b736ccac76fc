/**
 * 128 random bits as 32 hexadecimal digits. Whoever knows the id of an offer can pull it, so it must not be guessable.
 * `crypto.randomUUID` is missing outside secure contexts; `getRandomValues` is everywhere.
 */
export function newTransferId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
