// @ts-check

const characterBits = 6;
const lowBits = 30;

/** 64 characters, none of which strings or pages treat in a way of their own: all from `=` to `~` but two. */
const characters = Array.from({ length: 66 }, (_, index) => String.fromCharCode(61 + index)).filter(
  (character) => character !== '\\' && character !== '`',
);

/** Writes each bit in as much of a bit as it was unexpected: an arithmetic coder, with text as its output. */
export class RangeWriter {
  #digits = [];
  #low = 0;
  #range = 2 ** lowBits - 1;

  /** @param {number} bit @param {number} chance Of a one, in 65536ths. */
  put(bit, chance) {
    const bound = (this.#range >>> 16) * chance;
    if (bit) {
      this.#range = bound;
    } else {
      this.#low += bound;
      this.#range -= bound;
    }
    for (; this.#range < 2 ** 26; this.#range *= 2 ** characterBits) this.#shift();
  }

  end() {
    for (let bits = 0; bits < lowBits; bits += characterBits) this.#shift();
    return this.#digits.map((digit) => characters[digit]).join('');
  }

  #shift() {
    this.#low *= 2 ** characterBits;
    this.#digits.push(Math.floor(this.#low / 2 ** lowBits));
    this.#low %= 2 ** lowBits;
    for (let at = this.#digits.length - 1; this.#digits[at] >= characters.length; at -= 1) {
      this.#digits[at - 1] += Math.floor(this.#digits[at] / characters.length);
      this.#digits[at] %= characters.length;
    }
  }
}
