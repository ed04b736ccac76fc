// The package keeps its engine to itself; the page sees its memory by standing in the way of the instantiation.
const memories = [];
const Original = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  const instance = new Original(module, imports);
  memories.push(...Object.values(instance.exports).filter((value) => value instanceof WebAssembly.Memory));
  return instance;
};
WebAssembly.Instance.prototype = Original.prototype;

window.wasmMemory = () => memories.map(({ buffer }) => buffer.byteLength);
