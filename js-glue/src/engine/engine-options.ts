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

/** Takes options that have been checked. @throws TypeError for marks that contradict each other. */
export function toEngineOptions(
  defaults: RawOptions,
  options: PeerSessionOptions,
  identityCreatedAt: number | undefined,
  signerId = '',
): RawOptions {
  const raw: RawOptions = { ...defaults, identityCreatedAt: identityCreatedAt ?? Number.NaN, signerId };
  // The engine counts whole bytes and milliseconds.
  for (const name of engineOptionNames) raw[name] = Math.floor(options[name] ?? raw[name]);
  if (raw.lowWaterMark >= raw.highWaterMark) {
    throw new TypeError('options.lowWaterMark must be less than options.highWaterMark, both in whole bytes');
  }
  return raw;
}
