export * from './exports.js';

import { inflateSync } from 'fflate';
import { instantiate } from './engine/instantiate.js';
import { provideEngine } from './engine/runtime.js';
// The last import, so that the bundle ends with it: a download's compression takes text and random-looking letters better
// one after the other than in turns (1.9 KiB).
import deflatedWasm from 'virtual:engine-wasm';

// Raw deflate, as the build wrote it. Base64 alone would survive a download's own compression badly: it spreads each byte
// over two letters.
provideEngine(() => instantiate(new WebAssembly.Module(inflateSync(fromBase64(deflatedWasm)))));

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
