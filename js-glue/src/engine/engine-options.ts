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

/**
 * Filling the channel is one piece of work, at 5 µs a message: this many take 20 ms. The default window is four messages;
 * one of a MiB in messages of a byte would take seconds.
 */
const messagesPerWindow = 4096;

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
  const window = raw.maxMessageSize * messagesPerWindow;
  if (raw.highWaterMark > window) {
    raw.highWaterMark = window;
    raw.lowWaterMark = Math.min(raw.lowWaterMark, window / 2);
  }
  return raw;
}
