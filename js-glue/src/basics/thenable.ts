/**
 * Tells of the rejection of what a callback returned. By what it can do: a promise of another realm, of zone.js or of a
 * library is no instance of this realm's `Promise`.
 */
export function onRejection(result: unknown, report: (cause: unknown) => void): void {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return;
  if (typeof (result as { then?: unknown }).then !== 'function') return;
  Promise.resolve(result as PromiseLike<unknown>).then(undefined, report);
}
