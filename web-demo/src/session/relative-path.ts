import { safeName } from 'peer-session/transfers';

const MOST_LEVELS = 32;
const LONGEST = 1_024;

/**
 * Where a file lies within a folder that was shared, as its peer says: names that are safe to save under, one below the other. Undefined for
 * what is no path, leads out of the folder, or names the file alone.
 */
export function relativePath(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  const parts = value.split('/');
  if (parts.length < 2 || parts.length > MOST_LEVELS) return undefined;
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return undefined;
  return parts.map((part) => safeName(part)).join('/');
}
