// @ts-check
// What carries the engine inside the script must carry any bytes: the next engine has others.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { engineBinary, unpackerBinary } from '../../tools/build/engine-files.mjs';
import { pack } from '../../tools/build/pack.mjs';
import { seededRandom } from '../support/seeded-random.mjs';

const unpacker = new WebAssembly.Module(await readFile(unpackerBinary));

/** As js-glue/src/engine/unpack.ts does it. @param {string} packed @param {number} size */
function unpack(packed, size) {
  const { memory, unpack: run } = /** @type {any} */ (new WebAssembly.Instance(unpacker, {}).exports);
  const bytes = new Uint8Array(memory.buffer);
  const at = 2 ** 20 + 2 ** 17;
  bytes.set(new TextEncoder().encode(packed), at);
  const out = at + packed.length;
  run(at, out, size);
  assert.ok(
    bytes.subarray(out + size).every((byte) => byte === 0),
    'nothing behind its end',
  );
  return bytes.slice(out, out + size);
}

const draw = seededRandom(1);
const below = (limit) => Math.floor(draw() * limit);
const noise = (size) => Uint8Array.from({ length: size }, () => below(256));
const block = noise(1500);
/** Bytes of their own, and what was there before, mostly as far away as one of the last times. */
function copies(size) {
  const bytes = [...noise(300)];
  const distances = [17, 40, 99, 230, 260];
  while (bytes.length < size) {
    if (below(8) === 0) distances.push(1 + below(bytes.length));
    const distance = distances[distances.length - 1 - below(4)];
    for (let left = 3 + below(9); left > 0; left -= 1) bytes.push(bytes[bytes.length - distance]);
    bytes.push(...noise(1 + below(3)));
  }
  return Uint8Array.from(bytes);
}

/** Each value as often as the two before it together: a prefix code for that is as long as there are values. */
function fibonacci(values) {
  const counts = [1, 1];
  while (counts.length < values) counts.push(counts[counts.length - 1] + counts[counts.length - 2]);
  return Uint8Array.from(counts.flatMap((count, value) => Array.from({ length: count }, () => 100 + value)));
}

const cases = {
  nothing: new Uint8Array(),
  'one byte': Uint8Array.of(255),
  'all that a byte can be': Uint8Array.from({ length: 256 }, (_, value) => value),
  'the engine': await readFile(engineBinary),
  'the unpacker itself': await readFile(unpackerBinary),
  'codes as long as they may be': fibonacci(16),
  'codes that would be longer': fibonacci(21),
  'all bytes alike': new Uint8Array(5000).fill(7),
  zeros: new Uint8Array(5000),
  noise: noise(20_000),
  'a block that comes again from afar': Uint8Array.from([...block, ...noise(60_000), ...block]),
  'parts that come again': copies(40_000),
  'few values': Uint8Array.from({ length: 20_000 }, () => 2 ** below(8)),
};

for (const [name, bytes] of Object.entries(cases)) {
  test(`${name}: what is packed is unpacked the same`, () => {
    const packed = pack(bytes);
    assert.match(packed, /^[=-[\]^_a-~]*$/, 'nothing that a string or a page takes for its own');
    assert.deepEqual(unpack(packed, bytes.length), Uint8Array.from(bytes));
  });
}

test('a size that is not what was packed comes to an end', () => {
  assert.deepEqual(unpack(pack(block), 10), block.slice(0, 10));
  assert.equal(unpack(pack(new Uint8Array()), 100_000).length, 100_000);
});
