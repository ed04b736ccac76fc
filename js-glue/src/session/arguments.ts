import type { PullOptions, Sink, SinkStore } from '../api/sink.js';
import type { AttachOptions } from '../api/types.js';
import { toWellFormed } from '../basics/text.js';
import { canRead } from '../files/blob-reader.js';

/**
 * Checks of what the caller hands in. A wrong argument is a mistake in the program: it throws a `TypeError` that names it,
 * before anything has happened. What may be left out may also be null, as JavaScript's callers have it.
 */

export function requireText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') wrong(name, 'a non-empty string', value);
  return toWellFormed(value);
}

export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') wrong(name, 'a function', value);
}

/** By what it can do, not by its constructor: a Blob may come from another realm or another implementation. */
export function requireBlob(value: unknown, name: string): Blob {
  const blob = requireObject(value, name, 'a Blob') as Partial<Blob>;
  if (!Number.isSafeInteger(blob.size) || Number(blob.size) < 0) wrong(name, 'a Blob', value);
  if (!canRead(blob as Blob)) {
    throw new TypeError(
      `${name} must be a Blob that can be read: this one has neither stream() nor arrayBuffer(), and there is no FileReader`,
    );
  }
  return blob as Blob;
}

/** The object itself. */
export function requireObject(value: unknown, name: string, what = 'an object'): object {
  if (typeof value !== 'object' || value === null) wrong(name, what, value);
  return value;
}

export function requireTexts(value: unknown, name: string): string[] {
  return Array.from(requireArray(value, name, 'an array of strings'), (item, index) =>
    requireText(item, `${name}[${String(index)}]`),
  );
}

export function requireArray(value: unknown, name: string, what: string): readonly unknown[] {
  if (!Array.isArray(value)) wrong(name, what, value);
  return value as unknown[];
}

export function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') wrong(name, 'a string', value);
  return toWellFormed(value);
}

export function optionalNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) wrong(name, 'a finite number', value);
  return value;
}

function requireSink(value: unknown, name: string): void {
  const sink = requireObject(value, name, 'a sink') as Partial<
    Sink & SinkStore & WritableStream & FileSystemFileHandle
  >;
  if (!(sink.write ?? sink.sink ?? sink.getWriter ?? sink.createWritable)) wrong(name, 'a sink', value);
}

/** Less than one would make no file, block or message ever fit; infinity means that there is no limit. */
export function requireNumber(value: unknown, name: string): void {
  if (typeof value !== 'number' || !(value >= 1)) wrong(name, 'a number of at least 1', value);
}

export function requirePullOptions(value: unknown): PullOptions {
  if (value === undefined || value === null) return {};
  const given = requireObject(value, 'given') as PullOptions;
  ifGiven(given.to, requireSink, 'given.to');
  ifGiven(given.room, requireNumber, 'given.room');
  return given;
}

/** By what it says of itself. Returns the limit that comes with it. */
export function requireChannel(value: unknown, given: AttachOptions | null | undefined): number | undefined {
  const channel = requireObject(value, 'channel', 'an RTCDataChannel') as Partial<RTCDataChannel>;
  requireFunction(channel.send, 'channel.send');
  if (channel.ordered === false || (channel.maxRetransmits ?? channel.maxPacketLifeTime ?? null) !== null) {
    throw new TypeError(
      'channel must be ordered and reliable: without ordered: false, maxRetransmits, maxPacketLifeTime',
    );
  }
  ifGiven(given, requireObject, 'given');
  const limit = given?.maxMessageSize ?? undefined;
  ifGiven(limit, requireNumber, 'given.maxMessageSize');
  return limit;
}

/** Runs the check unless there is nothing to check. */
export function ifGiven(value: unknown, check: (value: unknown, name: string) => unknown, name: string): void {
  if (value !== undefined && value !== null) check(value, name);
}

export function wrong(name: string, what: string, value: unknown): never {
  throw new TypeError(`${name} must be ${what}, not ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (typeof value === 'number') return String(value);
  return typeof value;
}
