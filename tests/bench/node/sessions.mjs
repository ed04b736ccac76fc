// @ts-check
// What a thousand sessions cost. The WASM memory is found by watching what gets instantiated.

/** @type {WebAssembly.Memory | undefined} */
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = /** @type {any} */ (
  function instantiate(module, imports) {
    const instance = new Instance(module, imports);
    memory = /** @type {any} */ (Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory));
    return instance;
  }
);
const { openSession } = await import('./stand-ins.mjs');

// All stay open: what is measured is their living together.
const sessions = [];
const points = [];
for (const count of [100, 250, 500, 1000, 2000, 4000]) {
  const start = performance.now();
  const first = sessions.length;
  while (sessions.length < count) sessions.push(await openSession());
  const microseconds = ((performance.now() - start) * 1000) / (count - first);
  globalThis.gc?.();
  points.push({ count, microseconds, wasm: memory?.buffer.byteLength ?? 0, heap: process.memoryUsage().heapUsed });
}
process.stdout.write(JSON.stringify(points));
