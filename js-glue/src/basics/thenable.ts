/** By what it can do, see below. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/**
 * Tells of the rejection of what a callback returned. By what it can do: a promise of another realm, of zone.js or of a
 * library is no instance of this realm's `Promise`.
 */
export function onRejection(result: unknown, report: (cause: unknown) => void): void {
  if (isThenable(result)) Promise.resolve(result).then(undefined, report);
}
