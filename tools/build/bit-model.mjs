// @ts-check
// How likely the next bit is a one: each of its contexts has a number, and their sum is the logarithm of the odds. All of them learn
// from what came, the first time more. The arithmetic is that of bindings/unpack.cc to the last bit.

const tableSize = 2 ** 19;
/** So many steps of a byte's code lie side by side. */
export const nodes = 32;
const surest = 2047;
const firstStep = 250;
const step = 85;

/** By the logarithm of the odds, in 256ths: the chance in 65536ths. */
const chances = new Uint16Array(2 * (surest + 1));
for (let odds = 0, rest = 2 ** 27; odds <= surest; odds += 1) {
  chances[surest + 1 + odds] = 65536 - (rest >> 12);
  chances[surest + 1 - odds] = rest >> 12;
  rest -= ((rest >> 14) * ((2 ** 28 - rest) >> 14)) >> 8;
}

/** Odd, and their bits without a pattern: what is multiplied by them lies anywhere. */
const spreading = 0x9e3779b1;
const mixing = 0x2c1b3c6d;

/** @param {number} value */
export function spread(value) {
  return Math.imul(value, spreading) >>> 0;
}

/** @param {number} a @param {number} b */
export function hash(a, b) {
  const mixed = Math.imul(a ^ spread(b), mixing);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

export class BitModel {
  /** Logarithms of odds in 4096ths; 0 where nothing has come by. */
  #table = new Int16Array(tableSize + nodes);
  #writer;
  /** @type {number[]} */
  #contexts = [];
  /** @type {number[]} */
  #places = [];

  /** @param {import('./range-writer.mjs').RangeWriter} writer */
  constructor(writer) {
    this.#writer = writer;
  }

  /** @param {number[]} contexts Of the byte whose bits come, as hashes. */
  enter(contexts) {
    this.#contexts = contexts;
  }

  /**
   * @param {number} bit
   * @param {number} node Where in its contexts it is: `nodes` for a byte's first bit, then what the last call gave.
   */
  put(bit, node) {
    if (node >= nodes) {
      this.#contexts = this.#contexts.map((context) => (context + Math.imul(node, mixing)) >>> 0);
      this.#places = this.#contexts.map((context) => context % tableSize);
      node = 1;
    }
    const at = this.#places.map((place) => place + node);
    const odds = at.reduce((sum, place) => sum + this.#table[place], 0) >> 4;
    const chance = chances[surest + 1 + Math.max(-surest, Math.min(surest, odds))];
    this.#writer.put(bit, chance);
    const error = (bit * 65536 - chance) >> 4;
    for (const place of at) this.#table[place] += (error * (this.#table[place] ? step : firstStep)) >> 8;
    return node * 2 + bit;
  }
}
