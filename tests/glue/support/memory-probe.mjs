// @ts-check
// `node --expose-gc memory-probe.mjs`: creates and closes sessions that have work in hand, and prints the size of the
// engine's memory and of the heap after the first thousand and after the last.
import { makeFile } from './files.mjs';
import { connectRaw } from './sessions.mjs';

const gc = /** @type {() => void} */ (globalThis.gc);
const cycles = 2000;

// The engine's memory is private to the package; every instance that is made passes through here. What unpacks the engine is one,
// too: it imports nothing.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = /** @type {any} */ (
  new Proxy(Instance, {
    construct(target, args) {
      const instance = new target(.../** @type {[WebAssembly.Module, WebAssembly.Imports]} */ (args));
      if (Object.keys(args[1] ?? {}).length === 0) return instance;
      memories.push(...Object.values(instance.exports).filter((value) => value instanceof WebAssembly.Memory));
      return instance;
    },
  })
);

const file = makeFile(500);
async function cycle(index) {
  const party = await connectRaw();
  const { session, peer } = party;
  for (let offer = 0; offer < 15; offer++) session.sendImage(file.blob, file.hash, false, `${offer}`.repeat(50));
  for (let pull = 0; pull < 15; pull++) session.pullFile(`${index} ${pull}`);
  peer.meta(file, `${index} 0`);
  session.close();
}

const measure = () => {
  gc();
  return {
    wasm: memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    heap: process.memoryUsage().heapUsed,
  };
};

for (let index = 0; index < cycles / 2; index++) await cycle(index);
const warm = measure();
for (let index = cycles / 2; index < cycles; index++) await cycle(index);
process.stdout.write(JSON.stringify({ instances: memories.length, warm, last: measure() }));
