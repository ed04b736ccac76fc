import type { MainModule } from 'virtual:engine';
import { instantiate } from './instantiate.js';
import { fromPrintable } from './printable.js';
// The last import, so that a bundle that imports this module last ends with it: a download's compression takes code and
// binary better one after the other than in turns.
import printableWasm from 'virtual:engine-wasm';

/** The engine that is part of the script. */
export function instantiateEmbedded(): MainModule {
  return instantiate(new WebAssembly.Module(fromPrintable(printableWasm)));
}
