// The package keeps its engine to itself; the page sees its memory by standing in the way of the instantiation. What unpacks the
// engine comes by, too: it imports nothing.
const memories = [];
const Original = WebAssembly.Instance;
WebAssembly.Instance = function (module, imports) {
  const instance = new Original(module, imports);
  if (Object.keys(imports).length === 0) return instance;
  memories.push(...Object.values(instance.exports).filter((value) => value instanceof WebAssembly.Memory));
  return instance;
};
WebAssembly.Instance.prototype = Original.prototype;

window.wasmMemory = () => memories.map(({ buffer }) => buffer.byteLength);
