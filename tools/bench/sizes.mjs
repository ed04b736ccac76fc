// What a user downloads. See also ../size-budget.mjs, which refuses what is too large.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { packedEngine } from '../build/packed-engine.mjs';
import { packageFolder } from '../setup/paths.mjs';

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

export async function measureSizes(folder = packageFolder) {
  const files = {
    main: 'index.js',
    transfers: 'transfers.js',
    signed: 'signed.js',
    lazy: 'lazy.js',
    worker: 'worker.js',
    workerThread: 'worker-thread.js',
    testing: 'testing.js',
    wasm: 'engine.wasm',
  };
  const sizes = /** @type {Record<keyof typeof files, { raw: number, gzip: number, brotli: number }>} */ ({});
  for (const [key, name] of Object.entries(files)) {
    const bytes = await readFile(join(folder, name));
    sizes[key] = { raw: bytes.length, gzip: gzip(bytes), brotli: brotliCompressSync(bytes).length };
  }
  return sizes;
}

/** The engine, by the ways in which a script may carry it; bytes after gzip. */
export async function measureEncodings(folder = packageFolder) {
  const wasm = await readFile(join(folder, 'engine.wasm'));
  const deflated = deflateRawSync(wasm, { level: 9 });
  const { packed, unpacker } = await packedEngine();
  return {
    'plain base64': gzip(Buffer.from(wasm.toString('base64'))),
    'bytes as UTF-8 text': gzip(Buffer.from(wasm.toString('latin1'), 'utf8')),
    'raw deflate, base64': gzip(Buffer.from(deflated.toString('base64'))),
    'packed, its unpacker included': gzip(Buffer.from(packed + unpacker)),
  };
}
