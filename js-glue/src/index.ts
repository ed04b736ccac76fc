import { inflateSync } from 'fflate';
import deflatedWasm from 'virtual:engine-wasm';
import { instantiate } from './engine/instantiate.js';
import { provideEngine } from './engine/runtime.js';

// Raw deflate, as the build wrote it. Base64 alone would survive a download's own compression badly: it spreads each byte
// over two letters.
provideEngine(() => instantiate(new WebAssembly.Module(inflateSync(fromBase64(deflatedWasm)))));

export * from './exports.js';

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
