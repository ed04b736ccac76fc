/** Holds nothing, and is there for a moment. */
const probe = '.peer-session-room';

/**
 * Whether the origin-private file system has room for so many bytes more. By trying: what `navigator.storage.estimate()` says is, in
 * Chromium, another number than what is granted. A file of that length without content takes no time and no disk.
 */
export async function hasRoom(bytes: number): Promise<boolean> {
  return navigator.locks.request(probe, async () => {
    const root = await navigator.storage.getDirectory();
    const file = await root.getFileHandle(probe, { create: true });
    try {
      const stream = await file.createWritable();
      try {
        await stream.truncate(bytes);
        return true;
      } finally {
        await stream.abort().catch(() => undefined);
      }
    } catch (cause) {
      if ((cause as Partial<DOMException> | undefined)?.name === 'QuotaExceededError') return false;
      throw cause;
    } finally {
      await root.removeEntry(probe);
    }
  });
}

/** @throws DOMException `QuotaExceededError` when there is no room for so many bytes more. */
export async function requireRoom(bytes: number): Promise<void> {
  if (!(await hasRoom(bytes))) throw quotaExceeded(bytes);
}

export function quotaExceeded(bytes: number): DOMException {
  return new DOMException(`There is no room for ${String(bytes)} bytes.`, 'QuotaExceededError');
}
