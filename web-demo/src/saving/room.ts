/** Halves of the estimate that are tried. */
const STEPS = 6;

/**
 * Bytes that the origin-private file system still takes, at least. The browser's estimate is not always what it grants, so it is
 * tried; undefined where it says nothing.
 */
export async function roomLeft(): Promise<number | undefined> {
  try {
    const { quota, usage = 0 } = await navigator.storage.estimate();
    if (quota === undefined) return undefined;
    let [granted, refused] = [0, Math.max(0, quota - usage)];
    if (await hasRoomFor(refused)) return refused;
    for (let step = 0; step < STEPS; step += 1) {
      const middle = Math.floor((granted + refused) / 2);
      if (await hasRoomFor(middle)) granted = middle;
      else refused = middle;
    }
    return granted;
  } catch {
    return undefined;
  }
}

const PROBE = '.demo-room';

/** Whether there is room for so many bytes more. A file of that length without content takes no time and no disk. */
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
