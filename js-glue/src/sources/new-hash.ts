import type { IHasher } from 'hash-wasm';

/** SHA-256 piece by piece, which `crypto.subtle` cannot. Where sinks are, the library is already. */
export async function newHash(): Promise<IHasher> {
  const { createSHA256 } = await import('../sinks/file-sink.js');
  return createSHA256();
}
