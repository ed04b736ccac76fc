import { DiskSaver } from './saving/disk-saver.js';
import { keepReceived } from './saving/keeping.js';
import { KeptFiles } from './saving/kept-files.js';
import { expireArchives } from './saving/zip.js';
import { claim, leave } from './session/identity.js';
import type { Store } from './session/store.js';
import { rememberUnfinished } from './session/unfinished.js';
import { SharedBefore } from './sharing/shared-before.js';

/** What a tab has in the browser, besides its page. */
export interface Tab {
  readonly saver: DiskSaver;
  /** Undefined in browsers, or windows, that keep no files. */
  readonly kept: KeptFiles | undefined;
  /** Undefined where nothing is remembered. */
  readonly before: SharedBefore | undefined;
  /** The page goes. What its end does to transfers is not what is to be remembered. */
  leave(): void;
}

/**
 * Makes the page the tab that it was before it was reloaded: the same person, with what that had received and still waits for. A
 * page in which nothing is to be remembered is new each time.
 */
export async function openTab(store: Store, side: string, isRemembered: boolean): Promise<Tab> {
  // Some browsers forbid all storage. Then a reload is a new beginning.
  const id = isRemembered ? await claim().catch(() => undefined) : undefined;
  const kept = await keptFiles(store, id ?? crypto.randomUUID(), side);
  const saver = new DiskSaver(kept);
  if (id === undefined) return { saver, kept, before: undefined, leave };
  const before = new SharedBefore(id);
  const unfinished = rememberUnfinished(store);
  return {
    saver,
    kept,
    before,
    leave() {
      unfinished.freeze();
      before.freeze();
      leave();
    },
  };
}

async function keptFiles(store: Store, id: string, side: string): Promise<KeptFiles | undefined> {
  if (!(await KeptFiles.areThere())) return undefined;
  const kept = new KeptFiles(id);
  try {
    await keepReceived(store, kept, side);
  } catch {
    return undefined;
  }
  // Nobody waits for that.
  Promise.all([kept.expire(), expireArchives()]).catch(() => undefined);
  return kept;
}
