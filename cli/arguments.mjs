// @ts-check
import { parseArgs } from 'node:util';
import { Ending, exitCodes } from './exit-codes.mjs';
import { readCode, newCode } from './code.mjs';
import { readIceServer } from './ice-server.mjs';

const defaultServer = 'http://localhost:8080/';

const common = /** @type {const} */ ({
  server: { type: 'string' },
  ice: { type: 'string', multiple: true },
  wait: { type: 'string' },
  keep: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
});

/** @typedef {ReturnType<typeof readArguments>} Wish What the person asks for. */

/**
 * @param {string[]} given Without the program's own name.
 * @param {Record<string, string | undefined>} environment
 * @throws {Ending} for what cannot be meant.
 */
export function readArguments(given, environment) {
  const [command, ...rest] = given;
  if (command === 'send') return readSend(rest, environment);
  if (command === 'receive') return readReceive(rest, environment);
  if (command === '--version' || command === '-V') return { command: /** @type {const} */ ('version') };
  if (command === undefined) throw usage('There is nothing to do: say "send" or "receive".');
  if (command === '--help' || command === '-h' || command === 'help') return { command: /** @type {const} */ ('help') };
  throw usage(`There is no command "${command}": say "send" or "receive".`);
}

/**
 * @param {string[]} given
 * @param {Record<string, string | undefined>} environment
 */
function readSend(given, environment) {
  const { values, positionals } = parse(given, { ...common, code: { type: 'string' } });
  if (values.help) return { command: /** @type {const} */ ('help') };
  if (positionals.length === 0) throw usage('There is no file to send: name one.');
  return {
    command: /** @type {const} */ ('send'),
    files: positionals,
    ...readCommon(values, values.code, environment),
  };
}

/**
 * @param {string[]} given
 * @param {Record<string, string | undefined>} environment
 */
function readReceive(given, environment) {
  const options = { ...common, to: { type: 'string' }, count: { type: 'string', short: 'n' } };
  const { values, positionals } = parse(given, options);
  if (values.help) return { command: /** @type {const} */ ('help') };
  if (positionals.length > 1) throw usage('One code at a time: files come from one room.');
  return {
    command: /** @type {const} */ ('receive'),
    to: values.to ?? '.',
    count: values.count === undefined ? undefined : readNumber('--count', values.count),
    ...readCommon(values, positionals[0], environment),
  };
}

/**
 * @param {string[]} given
 * @param {object} options
 * @returns {{ values: Record<string, any>, positionals: string[] }}
 */
function parse(given, options) {
  try {
    const help = { type: 'boolean', short: 'h' };
    return parseArgs({ args: given, options: /** @type {any} */ ({ ...options, help }), allowPositionals: true });
  } catch (error) {
    throw usage(/** @type {Error} */ (error).message.split('\n')[0] ?? '');
  }
}

/**
 * @param {Record<string, any>} values
 * @param {string | undefined} code
 * @param {Record<string, string | undefined>} environment
 */
function readCommon(values, code, environment) {
  const named = code === undefined ? { code: newCode(), server: undefined } : readCode(code);
  const address = values.server ?? named.server ?? (environment['PEER_SESSION_SERVER'] || defaultServer);
  return {
    code: named.code,
    isNewCode: code === undefined,
    server: readServer(address),
    iceServers: values.ice?.filter((/** @type {string} */ text) => text !== 'none').map(readIceServer),
    waitMs: values.wait === undefined ? undefined : readNumber('--wait', values.wait) * 1000,
    keep: values.keep === true,
    quiet: values.quiet === true,
  };
}

/** @param {string} address */
function readServer(address) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw usage(`"${address}" is no address of a server: it begins with http:// or https://.`);
  }
  return url;
}

/**
 * @param {string} option
 * @param {string} text
 */
function readNumber(option, text) {
  const number = Number(text);
  if (!/^\d{1,7}$/.test(text) || number < 1) throw usage(`${option} takes a whole number from 1 to 9999999.`);
  return number;
}

/** @param {string} text */
const usage = (text) => new Ending(exitCodes.usage, `${text} "peer-session --help" says more.`);
