// @ts-check
import { readFile } from 'node:fs/promises';
import { engineBinary, unpackerBinary } from './engine-files.mjs';
import { pack } from './pack.mjs';

/** @type {Promise<{ packed: string, size: number, unpacker: string }> | undefined} */
let made;

/** The engine for those entries that carry it. Packing takes seconds, and all of them have the same. */
export function packedEngine() {
  return (made ??= make());
}

async function make() {
  const [engine, unpacker] = await Promise.all([readFile(engineBinary), readFile(unpackerBinary)]);
  const packed = pack(engine);
  await check(packed, engine, unpacker);
  return { packed, size: engine.length, unpacker: unpacker.toString('base64') };
}

/**
 * As js-glue/src/engine/unpack.ts does it.
 *
 * @param {string} packed @param {Uint8Array} engine @param {BufferSource} unpacker
 */
async function check(packed, engine, unpacker) {
  const { instance } = await WebAssembly.instantiate(unpacker, {});
  const { memory, unpack } = /** @type {{ memory: WebAssembly.Memory, unpack: Function }} */ (
    /** @type {unknown} */ (instance.exports)
  );
  const at = 2 ** 20 + 2 ** 17;
  const out = at + packed.length;
  if (out + engine.length > memory.buffer.byteLength)
    throw new Error('bindings/CMakeLists.txt: unpack has too little memory');
  Buffer.from(memory.buffer).write(packed, at, 'latin1');
  unpack(at, out, engine.length);
  if (Buffer.compare(Buffer.from(memory.buffer, out, engine.length), engine) !== 0)
    throw new Error('bindings/unpack.cc does not read what tools/build/pack.mjs writes');
}
