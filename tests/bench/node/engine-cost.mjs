// @ts-check
// What the engine and its binding cost for each chunk, on either side, and whether file bytes enter their memory.
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import { engineBinary, engineScript } from '../../../tools/build/engine-files.mjs';
import { inputNames } from '../../support/engine-inputs.mjs';
import { median } from './stand-ins.mjs';

const { default: createEngine } = await import(pathToFileURL(engineScript).href);
/** @type {WebAssembly.Memory | undefined} */
let memory;
const module = createEngine({
  instantiateWasm(imports, receive) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(engineBinary)), imports);
    memory = /** @type {any} */ (Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory));
    return receive(instance);
  },
});

const chunk = 256 * 1024;
const id = 'x'.repeat(32);
const file = {
  transferId: id,
  name: 'f',
  size: 0,
  mime: '',
  hash: 'a'.repeat(64),
  isPinned: false,
};
const options = { ...module.defaultOptions(), maxFileSize: 2 ** 50, transferTimeout: 1e12 };

const numbers = Object.fromEntries((await inputNames()).map((name, number) => [name, number]));

/** As js-glue/src/engine/guarded-engine.ts does it. */
function tell(engine, input, now, ...given) {
  const told = [];
  let value;
  for (const one of given) {
    if (typeof one === 'number' || typeof one === 'boolean') told.push(one);
    else value = one;
  }
  module.tell(engine, numbers[input], now, told[0], told[1], value);
}

function drain(engine) {
  while (module.pollAction(engine));
  module.nextDeadline(engine);
}

/** Microseconds for one chunk: HandleBinary, StoreChunk, NextDeadline. */
function receiving(chunks) {
  const engine = module.newEngine(options, 0, 1);
  tell(engine, 'handleOpen', 0, chunk);
  tell(engine, 'pull', 0, 1, id);
  drain(engine);
  tell(engine, 'handleText', 0, JSON.stringify({ type: 'meta', ...file, size: 2 ** 45 }));
  drain(engine);
  tell(engine, 'handleAuthorization', 0, 1, true);
  drain(engine);
  const start = performance.now();
  for (let index = 0; index < chunks; index += 1) {
    tell(engine, 'handleBinary', index / 1000, chunk);
    drain(engine);
  }
  const spent = performance.now() - start;
  module.deleteEngine(engine);
  return (spent / chunks) * 1000;
}

/** Microseconds for one chunk: HandleBufferedAmount, SendBytes, AwaitLow, ReadBlock and its answer, NextDeadline. */
function sending(chunks) {
  const engine = module.newEngine(options, 0, 1);
  tell(engine, 'handleOpen', 0, chunk);
  tell(engine, 'offer', 0, 1, false, { ...file, size: 2 ** 45 });
  drain(engine);
  tell(engine, 'handleText', 0, JSON.stringify({ type: 'pull-request', transferId: id }));
  /** The blocks that are asked for. */
  const reads = [];
  let sent = 0;
  const run = (now) => {
    for (let action = module.pollAction(engine); action; action = module.pollAction(engine)) {
      if (action.kind === 'readBlock') reads.push(action);
      if (action.kind === 'sendBytes') sent += action.length / action.messageSize;
    }
    module.nextDeadline(engine);
    if (reads.length > 0) {
      const { length, number } = reads.shift();
      tell(engine, 'handleBlock', now, 1, length, { number });
      run(now);
    }
  };
  run(0);
  // The window grows with a channel that empties it at once.
  for (let held = 16 * 1024; held < 512 * 1024; held *= 2) {
    tell(engine, 'handleBufferedAmount', 0, held);
    run(0);
  }
  const before = sent;
  const start = performance.now();
  // The channel has drained to the low mark each time: half a window is two chunks.
  for (let now = 1; sent - before < chunks; now += 1) {
    tell(engine, 'handleBufferedAmount', now, 512 * 1024);
    run(now);
  }
  const spent = performance.now() - start;
  module.deleteEngine(engine);
  return (spent / (sent - before)) * 1000;
}

const rounds = process.argv.includes('--quick') ? 3 : 7;
const chunks = 50_000;
receiving(chunks);
sending(chunks);
const bytesBefore = memory?.buffer.byteLength ?? 0;
const receive = median(Array.from({ length: rounds }, () => receiving(chunks)));
const send = median(Array.from({ length: rounds }, () => sending(chunks)));
process.stdout.write(
  JSON.stringify({
    receive,
    send,
    gib: (2 * rounds * chunks * chunk) / 2 ** 30,
    grown: (memory?.buffer.byteLength ?? 0) - bytesBefore,
  }),
);
