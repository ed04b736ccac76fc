/**
 * @typedef {object} Log
 * @property {(event: string, details?: Record<string, unknown>) => void} info
 * @property {(event: string, details?: Record<string, unknown>) => void} warn
 */

// What a client wrote is shown with its control characters escaped, and not at any length.
const LONGEST_VALUE = 200;

/**
 * One line for each event an operator should know of. Names of rooms, ids and addresses of clients are never among the
 * details: a room's name is all it takes to be in it.
 *
 * @param {'text' | 'json'} format
 * @returns {Log}
 */
export function createLog(format, { write = (line) => process.stdout.write(line), now = () => new Date() } = {}) {
  const line = format === 'json' ? jsonLine : textLine;
  const at =
    (level) =>
    (event, details = {}) =>
      void write(`${line(now().toISOString(), level, event, details)}\n`);
  return { info: at('info'), warn: at('warn') };
}

/** @type {Log} */
export const SILENT = { info() {}, warn() {} };

function jsonLine(time, level, event, details) {
  return JSON.stringify({ time, level, event, ...shortened(details) });
}

function textLine(time, level, event, details) {
  const parts = Object.entries(shortened(details)).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [time, level === 'warn' ? `warning: ${event}` : event, ...parts].join(' ');
}

function shortened(details) {
  return Object.fromEntries(
    Object.entries(details)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, LONGEST_VALUE) : value]),
  );
}
