import type { RawOptions } from 'virtual:engine';
import type { PeerSessionOptions } from '../options.js';

const engineOptionNames = [
  'maxFileSize',
  'maxPendingOffers',
  'maxPendingPulls',
  'connectTimeout',
  'offerTimeout',
  'pullTimeout',
  'stallTimeout',
  'readTimeout',
  'verifyTimeout',
  'transferTimeout',
  'maxMessageSize',
  'highWaterMark',
  'lowWaterMark',
  'blockSize',
  'readAhead',
] as const satisfies (keyof PeerSessionOptions & keyof RawOptions)[];

/** Less than one would make no file, block or message ever fit; infinity means "no limit" only where it is a time. */
export function toEngineOptions(
  defaults: RawOptions,
  options: PeerSessionOptions,
  identityCreatedAt: number | undefined,
  signerId = '',
): RawOptions {
  const raw: RawOptions = { ...defaults, identityCreatedAt: identityCreatedAt ?? Number.NaN, signerId };
  for (const name of engineOptionNames) {
    const value = options[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= 1)) {
      throw new TypeError(`options.${name} must be a number of at least 1, not ${String(value)}`);
    }
    raw[name] = value;
  }
  if (raw.lowWaterMark >= raw.highWaterMark) {
    throw new TypeError('options.lowWaterMark must be less than options.highWaterMark');
  }
  return raw;
}
