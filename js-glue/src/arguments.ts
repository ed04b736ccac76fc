import { toWellFormed } from './text.js';
import type { Network } from './types.js';

/**
 * Checks of what the caller hands in. A wrong argument is a mistake in the program: it throws a `TypeError` that names it,
 * before anything has happened.
 */

export function requireText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`${name} must be a non-empty string, not ${describe(value)}`);
  }
  return toWellFormed(value);
}

export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, not ${describe(value)}`);
}

export function requireNetwork(value: unknown): void {
  requireFunction((value as Partial<Network> | null | undefined)?.canReceiveFrom, 'network.canReceiveFrom');
}

/** By what it can do, not by its constructor: a Blob may come from another realm or another implementation. */
export function requireBlob(value: unknown, name: string): Blob {
  const blob = value as Partial<Blob> | null | undefined;
  if (
    typeof blob !== 'object' ||
    blob === null ||
    typeof blob.size !== 'number' ||
    typeof blob.stream !== 'function' ||
    typeof blob.arrayBuffer !== 'function'
  ) {
    throw new TypeError(`${name} must be a Blob, not ${describe(value)}`);
  }
  return value as Blob;
}

export function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${describe(value)}`);
  return toWellFormed(value);
}

export function optionalNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${name} must be a finite number, not ${describe(value)}`);
  }
  return value;
}

export function requireTexts(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of strings, not ${describe(value)}`);
  return value.map((item, index) => requireText(item, `${name}[${String(index)}]`));
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (typeof value === 'number') return String(value);
  return typeof value;
}
