import embeddedWasm from 'virtual:engine-wasm';
import { instantiate } from './engine/instantiate.js';
import { provideEngine } from './engine/runtime.js';

provideEngine(() => instantiate(new WebAssembly.Module(fromBase64(embeddedWasm))));

export * from './exports.js';

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
