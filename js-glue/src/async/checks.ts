import type { PullOptions } from '../api/sink.js';
import type { FileSource } from '../api/source.js';
import type { IncomingPullOptions, OfferOptions } from '../api/transfers.js';
import {
  ifGiven,
  optionalNumber,
  optionalText,
  requireBlob,
  requireFunction,
  requireObject,
  requirePullOptions,
  wrong,
} from '../session/arguments.js';
import { describeSource } from '../sources/describe-source.js';
import { encodeExtra } from './extra.js';

interface CheckedOffer {
  name: string;
  /** Zero for what is not known yet. */
  size: number;
  extra: string | undefined;
  signal: AbortSignal | undefined;
  given: OfferOptions;
}

/** What `offer` was given. @throws TypeError that names what is wrong. */
export function checkOffer(source: unknown, options: unknown): CheckedOffer {
  const checks = { requireObject, requireBlob, optionalText, optionalNumber };
  const { file } = describeSource(source, options, checks);
  const given = (options ?? {}) as OfferOptions;
  const { size } = source as Exclude<FileSource, FileSystemFileHandle> | { size?: undefined };
  return {
    name: file.name,
    size: size ?? 0,
    extra: encodeExtra(given.extra),
    signal: optionalSignal(given.signal),
    given,
  };
}

interface CheckedPull {
  target: PullOptions;
  priority: number;
  signal: AbortSignal | undefined;
}

/** What `pull` was given. @throws TypeError that names what is wrong. */
export function checkPull(options: unknown): CheckedPull {
  const { to = null, room = null } = requirePullOptions(options);
  const { signal, priority } = (options ?? {}) as IncomingPullOptions;
  const wanted = optionalNumber(priority, 'options.priority') ?? 0;
  if (!Number.isInteger(wanted)) wrong('options.priority', 'a whole number', priority);
  return { target: { to, room }, signal: optionalSignal(signal), priority: wanted };
}

/** By what it can do: it may be of another realm. */
function optionalSignal(value: unknown): AbortSignal | undefined {
  ifGiven(value, requireSignal, 'options.signal');
  return (value ?? undefined) as AbortSignal | undefined;
}

function requireSignal(value: unknown, name: string): void {
  const signal = requireObject(value, name, 'an AbortSignal') as Partial<AbortSignal>;
  requireFunction(signal.addEventListener, `${name}.addEventListener`);
}
