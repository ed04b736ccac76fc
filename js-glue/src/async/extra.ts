import type { Extra } from '../api/transfers.js';
import { toWellFormed } from '../basics/text.js';
import { requireObject, wrong } from '../session/arguments.js';

/** As the engine bounds it. */
const mostBytes = 4096;

/** JSON of it; undefined for none. @throws TypeError for what is no small JSON object. */
export function encodeExtra(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) wrong('options.extra', 'an object', value);
  // An object's toJSON may give anything.
  const json: unknown = JSON.stringify(requireObject(value, 'options.extra'));
  if (decodeExtra(json) === undefined) throw new TypeError('options.extra must be an object that JSON can say');
  const text = toWellFormed(json as string);
  if (new TextEncoder().encode(text).length > mostBytes) {
    throw new TypeError(`options.extra must be at most ${mostBytes} bytes of JSON`);
  }
  return text;
}

/** What a peer has attached; undefined where that is no object. */
export function decodeExtra(json: unknown): Extra | undefined {
  if (typeof json !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Extra) : undefined;
  } catch {
    return undefined;
  }
}
