// @ts-check
import { hash, spread } from './bit-model.mjs';

/** Where among WebAssembly's instructions the next byte is. Other bytes are read as if they were such. */
export class Position {
  /** How many of them are still to come. */
  #operands = 0;
  #last = 0;
  #opcode = 0;
  #opcodes = 0;
  #instruction = 0;
  #length = 0;

  /** Which of the two codes the next byte is written in. */
  get tree() {
    return this.#operands > 0 ? 1 : 0;
  }

  contexts() {
    return [
      spread(this.#last | (this.#opcode << 8) | (this.#operands << 16)),
      hash(this.#instruction, this.#opcodes & 0xffff),
      spread(this.#operands * 4 + Math.min(this.#length, 3)),
      hash(this.#instruction, this.#opcodes),
    ];
  }

  /** @param {number} byte */
  pass(byte) {
    this.#last = byte;
    this.#length += 1;
    if (this.#operands === 0) {
      this.#length = 0;
      this.#opcode = byte;
      this.#operands = operandsOf(byte);
    } else if (byte < 128) {
      this.#operands -= 1;
    }
    this.#instruction = hash(this.#instruction, byte);
    if (this.#operands > 0) return;
    this.#instruction = 0;
    this.#opcodes = (this.#opcodes << 8) | this.#opcode;
  }
}

const withOne = [0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x41, 0x42];

/** How many operands the instructions have that are common: in a byte or more, the last of which is below 128. */
function operandsOf(opcode) {
  const loadOrStore = opcode >= 0x28 && opcode < 0x3f;
  return loadOrStore ? 2 : Number(withOne.includes(opcode));
}
