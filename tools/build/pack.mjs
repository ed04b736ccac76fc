// @ts-check
// Packs the engine's bytes into text, some three quarters of what gzip alone makes of them; bindings/unpack.cc reads it back, and
// says what is written here. What makes it small: it knows where in an instruction it is, and what the last instructions were.
import { BitModel, nodes } from './bit-model.mjs';
import { Position } from './instruction-position.mjs';
import { codeLengths, codesOf } from './prefix-code.mjs';
import { RangeWriter } from './range-writer.mjs';

const byteValues = 256;

/** @param {Uint8Array} bytes @returns {string} */
export function pack(bytes) {
  const writer = new RangeWriter();
  const model = new BitModel(writer);
  const lengths = treeCounts(bytes).map(codeLengths);
  const plain = new Uint8Array(byteValues).fill(8);
  put(model, Uint8Array.from(lengths.flatMap((list) => [...list])), [plain, plain]);
  put(model, bytes, lengths);
  return writer.end();
}

/** How often which byte begins an instruction, and how often it belongs to operands. */
function treeCounts(bytes) {
  const counts = [new Uint32Array(byteValues), new Uint32Array(byteValues)];
  const position = new Position();
  for (const byte of bytes) {
    counts[position.tree][byte] += 1;
    position.pass(byte);
  }
  return counts;
}

function put(model, bytes, lengths) {
  const codes = lengths.map(codesOf);
  const position = new Position();
  for (const byte of bytes) {
    const code = codes[position.tree][byte];
    model.enter(position.contexts());
    for (let left = lengths[position.tree][byte] - 1, node = nodes; left >= 0; left -= 1) {
      const bit = (code >> left) & 1;
      node = model.put(bit, node);
    }
    position.pass(byte);
  }
}
