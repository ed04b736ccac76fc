// @ts-check
import { Ending, exitCodes } from './exit-codes.mjs';

const form = /^(?<kind>stuns?|turns?):(?:(?<username>[^:@]+):(?<credential>[^@]+)@)?(?<rest>[^@]+)$/;

/**
 * As a person writes one: `stun:HOST:PORT`, `turn:USER:PASSWORD@HOST:PORT`.
 *
 * @param {string} text
 * @returns {RTCIceServer}
 * @throws {Ending}
 */
export function readIceServer(text) {
  const { kind, username, credential, rest } = form.exec(text)?.groups ?? {};
  if (!kind) {
    throw new Ending(
      exitCodes.usage,
      `"${text}" is no ICE server: write stun:HOST:PORT, turn:USER:PASSWORD@HOST:PORT, or none.`,
    );
  }
  const urls = `${kind}:${rest}`;
  return username === undefined ? { urls } : { urls, username, credential };
}
