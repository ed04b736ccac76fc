import { safeName } from 'peer-session/transfers';

/** Folders below each other, and the file. */
export const MOST_LEVELS = 32;

/** UTF-16 units. */
export const LONGEST_PATH = 1_024;

/**
 * Where a file lies within a folder that was shared, as its peer says: names that are safe to save under, one below the other, and the
 * file's own safe name last. Undefined for what is no path, leads out of the folder, or names the file alone.
 */
export function relativePath(value: unknown, name: string): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_PATH) return undefined;
  const parts = value.split('/');
  if (parts.length < 2 || parts.length > MOST_LEVELS) return undefined;
  // Of '', '.' and '..', however they are written, nothing is left.
  const safe = parts.map((part) => safeName(part, ''));
  return safe.includes('') ? undefined : [...safe.slice(0, -1), name].join('/');
}
