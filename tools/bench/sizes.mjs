// What a user downloads. See also ../size-budget.mjs, which refuses what is too large.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { packedEngine } from '../build/packed-engine.mjs';
import { packageFolder } from '../setup/paths.mjs';

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

export async function measureSizes(folder = packageFolder) {
  const [main, signed, lazy, wasm] = await Promise.all(
    ['index.js', 'signed.js', 'lazy.js', 'engine.wasm'].map((name) => readFile(join(folder, name))),
  );
  return {
    main: { raw: main.length, gzip: gzip(main), brotli: brotliCompressSync(main).length },
    signed: { raw: signed.length, gzip: gzip(signed), brotli: brotliCompressSync(signed).length },
    lazy: { raw: lazy.length, gzip: gzip(lazy), brotli: brotliCompressSync(lazy).length },
    wasm: { raw: wasm.length, gzip: gzip(wasm), brotli: brotliCompressSync(wasm).length },
  };
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
