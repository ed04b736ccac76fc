/** Lower-case. */
export function toHex(bytes: Uint8Array): string {
  const digits = '0123456789abcdef';
  let hex = '';
  for (const byte of bytes) hex += digits.charAt(byte >> 4) + digits.charAt(byte & 15);
  return hex;
}
