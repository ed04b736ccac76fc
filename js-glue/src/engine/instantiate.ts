import createEngine, { type MainModule } from 'virtual:engine';

/** Emscripten's own hook: it hands over the imports and takes the instance's exports back, synchronously. */
type ReceiveInstance = (instance: WebAssembly.Instance) => WebAssembly.Exports;

/**
 * One engine module serves all sessions of a page. Instantiating is synchronous; a main thread may do so for modules of
 * this size (docs/architecture.md, "Ready on import").
 */
export function instantiate(wasm: WebAssembly.Module): MainModule {
  return createEngine({
    instantiateWasm(imports: WebAssembly.Imports, receive: ReceiveInstance) {
      return receive(new WebAssembly.Instance(wasm, imports));
    },
    print() {},
    printErr() {},
  });
}
