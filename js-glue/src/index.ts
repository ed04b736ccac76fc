export * from './exports.js';

import { instantiate } from './engine/instantiate.js';
import { fromPrintable } from './engine/printable.js';
import { provideEngine } from './engine/runtime.js';
// The last import, so that the bundle ends with it: a download's compression takes code and binary better one after the
// other than in turns.
import printableWasm from 'virtual:engine-wasm';

provideEngine(() => instantiate(new WebAssembly.Module(fromPrintable(printableWasm))));
