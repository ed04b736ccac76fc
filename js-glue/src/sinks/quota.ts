/** The browser may give the origin more than it says, and less; but less than it says is the rule. */
export async function freeBytes(): Promise<number> {
  const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
  return quota - usage;
}

/** @throws DOMException `QuotaExceededError` when the browser grants the origin less. */
export async function requireQuota(bytes: number): Promise<void> {
  const free = await freeBytes();
  if (bytes > free) throw quotaExceeded(bytes, free);
}

export function quotaExceeded(wanted: number, free: number): DOMException {
  const message = `There is no room for ${String(wanted)} bytes: ${String(Math.max(free, 0))} are free.`;
  return new DOMException(message, 'QuotaExceededError');
}
