// @ts-check
import { printable } from './text.mjs';

/**
 * Results go to stdout, as they are, for whoever reads them there; all else to stderr, and nothing in it that a terminal would obey.
 * A line that is rewritten there makes room for what is said.
 */
export class Output {
  /**
   * @param {{ stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream & { isTTY?: boolean, columns?: number } }} streams
   * @param {boolean} isQuiet
   */
  constructor({ stdout, stderr }, isQuiet) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.isQuiet = isQuiet;
    this.line = '';
    // Who read it has gone: the files are still to arrive.
    for (const stream of [stdout, stderr]) stream.on('error', () => {});
  }

  get isTerminal() {
    return this.stderr.isTTY === true;
  }

  get columns() {
    return this.stderr.columns || 80;
  }

  /** @param {string} text */
  result(text) {
    this.#around(() => this.stdout.write(`${text}\n`));
  }

  /** @param {string} text */
  note(text) {
    if (!this.isQuiet) this.error(text);
  }

  /** @param {string} text */
  error(text) {
    this.#around(() => this.stderr.write(`${printable(text)}\n`));
  }

  /**
   * Rewrites the line of a terminal; an empty one takes it away.
   *
   * @param {string} text
   */
  rewrite(text) {
    if (this.isQuiet || !this.isTerminal || text === this.line) return;
    this.line = printable(text);
    this.stderr.write(`\r${this.line}\u001B[K`);
  }

  /** @param {() => void} write */
  #around(write) {
    const { line } = this;
    if (line !== '') this.rewrite('');
    write();
    if (line !== '') this.rewrite(line);
  }
}
