import { toHex } from '../transfer-id.js';

/**
 * SHA-256 as lower-case hexadecimal.
 *
 * `crypto.subtle` is native code, ten times as fast as any other, but exists only in secure contexts (HTTPS, localhost);
 * elsewhere JavaScript does the same. It is slower than a WebAssembly hash and a third of its size: figures in
 * docs/performance.md.
 */
export async function sha256(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle) return toHex(new Uint8Array(await subtle.digest('SHA-256', content)));
  const fallback = await import('./sha256-fallback.js');
  return toHex(fallback.sha256(content));
}
