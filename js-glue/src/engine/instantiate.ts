import createEngine from 'virtual:engine';
import type { EngineModule } from './engine-module.js';

/** Emscripten's own hook: it hands over the imports and takes the instance's exports back, synchronously. */
type ReceiveInstance = (instance: WebAssembly.Instance) => WebAssembly.Exports;

/**
 * One engine module serves all sessions of a page. Instantiating is synchronous; a main thread may do so for modules of
 * this size (docs/architecture.md, "Ready on import").
 */
export function instantiate(wasm: WebAssembly.Module): EngineModule {
  let failure: { cause: unknown } | undefined;
  const module = createEngine({
    instantiateWasm(imports: WebAssembly.Imports, receive: ReceiveInstance) {
      try {
        return receive(new WebAssembly.Instance(wasm, imports));
      } catch (cause) {
        // Thrown here, Emscripten would look for the binary elsewhere, and reject a promise that nobody sees.
        failure = { cause };
        return {};
      }
    },
    print() {},
    printErr() {},
  });
  if (failure) throw failure.cause;
  return module;
}
