import { toHex } from '../transfer-id.js';

/**
 * SHA-256 as lower-case hexadecimal.
 *
 * `crypto.subtle` hashes off the main thread but exists only in secure contexts (HTTPS, localhost); elsewhere hash-wasm
 * does the same on it.
 */
export async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle) return toHex(new Uint8Array(await subtle.digest('SHA-256', content)));
  const { sha256: hash } = await import('./sha256-fallback.js');
  return hash(content);
}
