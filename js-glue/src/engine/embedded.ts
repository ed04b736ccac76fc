import type { EngineModule } from './engine-module.js';
import { instantiate } from './instantiate.js';
// The last import, so that a bundle that imports this module last ends with it: a download's compression takes code and
// packed bytes better one after the other than in turns.
import { unpackEngine } from './unpack.js';

let compiled: WebAssembly.Module | undefined;

/** The engine that is part of the script; compiled once, however many instances are made. */
export function instantiateEmbedded(): EngineModule {
  compiled ??= new WebAssembly.Module(unpackEngine());
  return instantiate(compiled);
}
