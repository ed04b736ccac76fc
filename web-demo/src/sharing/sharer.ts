import { texts } from '../texts/current.js';
import { formatNumber } from '../util/format.js';
import { FolderTooLarge, MAX_DEPTH, MAX_FILES, type Found } from './folder-in.js';

/** Why what was dropped or chosen is not shared. */
export function whyNotShared(name: string, error: unknown): string {
  if (error instanceof FolderTooLarge) {
    const { folder, bound } = error;
    if (bound === 'files') return texts.sharing.tooManyFiles(folder, formatNumber(MAX_FILES));
    return bound === 'depth'
      ? texts.sharing.tooDeep(folder, formatNumber(MAX_DEPTH))
      : texts.sharing.pathTooLong(folder);
  }
  return texts.share.unreadable(name, error instanceof Error ? error.message : String(error));
}

/** Tells of each thing that was dropped or chosen as soon as it is read, in their order. */
export async function eachFound(
  all: readonly Promise<Found>[],
  found: (found: Found) => void,
  problem: (text: string) => void,
): Promise<void> {
  for (const one of await Promise.allSettled(all)) {
    if (one.status === 'rejected') problem(whyNotShared('', one.reason));
    else if (one.value.files.length === 0) problem(texts.sharing.emptyFolder(one.value.name));
    else found(one.value);
  }
}
