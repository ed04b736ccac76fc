import { logLevels, type Logger } from '../api/logger.js';
import type { Clock, PeerSessionOptions } from '../api/options.js';
import type { PartialStore } from '../api/partial-store.js';
import { ifGiven, optionalText, requireFunction, requireNumber as number, requireObject, wrong } from './arguments.js';

type Check = (value: unknown, name: string) => unknown;

const numberOrNone: Check = (value, name) => {
  if (typeof value !== 'number' || !(value >= 0)) wrong(name, 'a number of at least 0', value);
};

const functionsOf =
  (...methods: string[]): Check =>
  (value, name) => {
    const object = requireObject(value, name) as Record<string, unknown>;
    for (const method of methods) requireFunction(object[method], `${name}.${method}`);
  };

const logger: Check = (value, name) => {
  const methods = (typeof value === 'function' ? value : requireObject(value, name)) as Record<keyof Logger, unknown>;
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    ifGiven(methods[level], requireFunction, `${name}.${level}`);
  }
};

const logLevel: Check = (value, name) => {
  if (logLevels.includes(value as string)) return;
  throw new TypeError(
    `${name} must be one of ${logLevels.join(', ')}, not ${typeof value === 'string' ? value : typeof value}`,
  );
};

/** In the order in which they are documented. One that is missing here does not compile. */
const checks: Record<keyof PeerSessionOptions, Check> = {
  maxFileSize: number,
  maxPendingOffers: number,
  maxPendingPulls: number,
  connectTimeout: number,
  offerTimeout: number,
  pullTimeout: number,
  stallTimeout: number,
  readTimeout: number,
  verifyTimeout: number,
  transferTimeout: number,
  recoveryTimeout: numberOrNone,
  partialStore: (value, name) =>
    value === false || functionsOf('take' satisfies keyof PartialStore, 'keep')(value, name),
  maxMessageSize: number,
  highWaterMark: number,
  lowWaterMark: number,
  blockSize: number,
  readAhead: number,
  maxLanes: numberOrNone,
  pullsAhead: numberOrNone,
  group: (value, name) => value === false || requireObject(value, name, 'an object or false'),
  channelLabel: optionalText,
  onWireMessage: requireFunction,
  RTCPeerConnection: (value, name) => value === false || requireFunction(value, name),
  rtcConfiguration: requireObject,
  clock: functionsOf('now' satisfies keyof Clock, 'setTimeout', 'clearTimeout'),
  digest: requireFunction,
  logger,
  logLevel,
  debug: optionalText,
};

/** @throws TypeError that names the option. */
export function checkOptions(options: PeerSessionOptions): void {
  for (const name of Object.keys(checks) as (keyof PeerSessionOptions)[]) {
    ifGiven(options[name], checks[name], `options.${name}`);
  }
}
