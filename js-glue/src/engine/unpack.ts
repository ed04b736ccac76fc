import { packed, size, unpacker } from 'virtual:engine-wasm';
import { fromBase64 } from '../basics/base64.js';

/** The unpacker's own data is below, and its memory ends well behind what it writes; the build has tried it. */
const textAt = 2 ** 20 + 2 ** 17;

interface Unpacker {
  memory: WebAssembly.Memory;
  unpack: (text: number, out: number, size: number) => void;
}

/** Reads back what tools/build/pack.mjs wrote, by bindings/unpack.cc. */
export function unpackEngine(): Uint8Array<ArrayBuffer> {
  const module = new WebAssembly.Module(fromBase64(unpacker));
  const { memory, unpack } = new WebAssembly.Instance(module, {}).exports as unknown as Unpacker;
  new Uint8Array(memory.buffer).set(new TextEncoder().encode(packed), textAt);
  const out = textAt + packed.length;
  unpack(textAt, out, size);
  return new Uint8Array(memory.buffer, out, size);
}
