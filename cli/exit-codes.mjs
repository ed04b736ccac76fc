// @ts-check

/** What the command says to whoever started it. In `--help`, too. */
export const exitCodes = Object.freeze({
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  missing: 4,
  interrupted: 130,
});

/** What ends the command, with a sentence for a person. */
export class Ending extends Error {
  /**
   * @param {number} exitCode
   * @param {string} message
   */
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}
