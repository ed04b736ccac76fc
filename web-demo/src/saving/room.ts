/** What the origin-private file system holds, and may hold: the browser's own estimate, which is not always what it grants. */
export async function estimatedRoom(): Promise<number | undefined> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
  } catch {
    return undefined;
  }
}

const PROBE = '.demo-room';

/**
 * Whether there is room for so many bytes more. By trying, since Chromium's estimate is another number than what it grants: a file
 * of that length without content takes no time and no disk.
 */
export function hasRoomFor(bytes: number): Promise<boolean> {
  return navigator.locks.request(PROBE, async () => {
    const root = await navigator.storage.getDirectory();
    const probe = await root.getFileHandle(PROBE, { create: true });
    try {
      const stream = await probe.createWritable();
      try {
        await stream.truncate(bytes);
        return true;
      } finally {
        await stream.abort().catch(() => undefined);
      }
    } catch (error) {
      if (isNoRoom(error)) return false;
      throw error;
    } finally {
      await root.removeEntry(PROBE);
    }
  });
}

export function isNoRoom(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

export const noRoom = (): DOMException => new DOMException('The browser has no room for it.', 'QuotaExceededError');
