import type { Digest } from '../api/options.js';
import { toBytes, type Bytes } from '../basics/bytes.js';
import { toHex } from '../basics/hex.js';

/** As lower-case hexadecimal. */
export async function sha256(content: Bytes, digest: Digest = platformDigest): Promise<string> {
  const hash = toBytes(await digest(content));
  if (!hash) throw new TypeError('options.digest must resolve with an ArrayBuffer');
  return toHex(hash);
}

/**
 * `crypto.subtle` is native code, ten times as fast as any other, but exists only in secure contexts (HTTPS, localhost);
 * elsewhere JavaScript does the same. It is slower than a WebAssembly hash and a third of its size: figures in
 * docs/performance.md.
 */
async function platformDigest(content: Bytes): Promise<ArrayBuffer> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle) return subtle.digest('SHA-256', content);
  const fallback = await import('./sha256-fallback.js');
  return fallback.sha256(content).slice().buffer;
}
