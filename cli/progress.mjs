// @ts-check
import { formatBytes, formatTime, percentOf } from './format.mjs';
import { fit, printable, width } from './text.mjs';

/** Where the terminal is no terminal: a line for each tenth, but not more often than this, and at the least this often. */
const lineEvery = { tenthMs: 1_000, anyMs: 10_000 };

/**
 * @typedef {object} Item
 * @property {string} name
 * @property {number} bytes
 * @property {number} size
 * @property {number} rate Bytes a second.
 * @property {number} toldAt
 * @property {number} toldTenth
 */

/** How far things are: on a terminal one line that is rewritten, else a line now and then. */
export class Progress {
  /** @type {Set<Item>} */
  #items = new Set();

  /**
   * @param {import('./output.mjs').Output} output
   * @param {() => number} [now]
   */
  constructor(output, now = () => performance.now()) {
    this.output = output;
    this.now = now;
  }

  /**
   * @param {string} name
   * @param {number} size
   * @param {number} [bytes]
   */
  begin(name, size, bytes = 0) {
    const item = { name, size, bytes, rate: 0, toldAt: this.now(), toldTenth: Math.floor(percentOf(bytes, size) / 10) };
    this.#items.add(item);
    return {
      update: (/** @type {number} */ nowBytes, /** @type {number} */ rate) => {
        if (!this.#items.has(item)) return;
        item.bytes = nowBytes;
        item.rate = rate;
        if (this.output.isTerminal) this.#draw();
        else this.#tell(item);
      },
      end: () => {
        if (this.#items.delete(item)) this.#draw();
      },
    };
  }

  #draw() {
    const items = [...this.#items];
    const first = items[0];
    if (!first) {
      this.output.rewrite('');
      return;
    }
    const sum = (/** @type {'bytes' | 'size' | 'rate'} */ key) => items.reduce((total, item) => total + item[key], 0);
    const name = items.length === 1 ? first.name : `${items.length} files`;
    // In the last column some terminals begin a new line.
    this.output.rewrite(
      progressLine({ name, bytes: sum('bytes'), size: sum('size'), rate: sum('rate') }, this.output.columns - 1),
    );
  }

  /** @param {Item} item */
  #tell(item) {
    const { name, bytes, size, rate } = item;
    const passed = this.now() - item.toldAt;
    const tenth = Math.floor(percentOf(bytes, size) / 10);
    // That it is whole is said by whoever knows that it is verified.
    if (bytes === size || passed < (tenth > item.toldTenth ? lineEvery.tenthMs : lineEvery.anyMs)) return;
    item.toldAt = this.now();
    item.toldTenth = tenth;
    this.output.note(`${name}: ${figures({ bytes, size, rate })}`);
  }
}

/**
 * @param {{ name: string, bytes: number, size: number, rate: number }} item
 * @param {number} columns
 */
export function progressLine({ name, ...item }, columns) {
  const right = figures(item);
  // A name of which less is left than this says nothing.
  const room = columns - width(right) - 2;
  return room < 8 ? fit(right, columns) : `${fit(printable(name), room)}  ${right}`;
}

/** @param {{ bytes: number, size: number, rate: number }} item */
function figures({ bytes, size, rate }) {
  const left = bytes === size ? 0 : ((size - bytes) / rate) * 1000;
  const percent = String(percentOf(bytes, size)).padStart(3);
  return `${percent} %  ${formatBytes(bytes)} of ${formatBytes(size)}  ${formatBytes(rate)}/s  ${formatTime(left)}`;
}
