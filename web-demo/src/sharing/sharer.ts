import { MOST_LEVELS } from '../session/relative-path.js';
import { PAGE_SIDE } from '../session/meeting.js';
import type { Intake } from '../session/intake.js';
import type { Store } from '../session/store.js';
import type { Tab } from '../tab.js';
import { texts } from '../texts/current.js';
import { formatNumber } from '../util/format.js';
import { FolderTooLarge, MAX_FILES, type Found } from './folder-in.js';
import type { SharedAgain, SharedBefore } from './shared-before.js';

/** Why what was dropped or chosen is not shared. */
function whyNotShared(name: string, error: unknown): string {
  if (error instanceof FolderTooLarge) {
    const { folder, bound } = error;
    if (bound === 'files') return texts.sharing.tooManyFiles(folder, formatNumber(MAX_FILES));
    return bound === 'depth'
      ? texts.sharing.tooDeep(folder, formatNumber(MOST_LEVELS))
      : texts.sharing.pathTooLong(folder);
  }
  return texts.share.unreadable(name, error instanceof Error ? error.message : String(error));
}

/** Takes in what a person shares, and remembers it for when this tab is reloaded. */
export class Sharer {
  readonly #shared = new Map<string, File>();

  constructor(
    private readonly store: Store,
    private readonly intake: Intake,
    private readonly tab: Promise<Tab>,
  ) {
    store.shared.subscribe((key) => this.#follow(key));
  }

  /** What was dropped or chosen, in its order, for everyone or for one. */
  async add(all: readonly Promise<Found>[], side: string, to: string | undefined): Promise<void> {
    const audience = to === undefined ? undefined : [to];
    for (const one of await Promise.allSettled(all)) {
      if (one.status === 'rejected') {
        this.store.report(whyNotShared('', one.reason));
      } else if (one.value.files.length === 0) {
        this.store.report(texts.sharing.emptyFolder(one.value.name));
      } else {
        this.#tell((before) => before.remember(one.value, audience));
        this.intake.add(one.value.files, side, audience);
      }
    }
  }

  /** After a reload, or when the person has agreed to it. */
  async again(what: Promise<readonly SharedAgain[]>): Promise<void> {
    for (const { files, to } of await what.catch(() => [])) this.intake.add(files, PAGE_SIDE.side, to);
  }

  /** Without this tab's storage the page works as well, until it is reloaded. */
  #tell(tell: (before: SharedBefore) => Promise<void>): void {
    this.tab.then(({ before }) => before && tell(before)).catch(() => undefined);
  }

  #follow(key: string): void {
    const file = this.store.shared.get(key)?.file;
    const earlier = this.#shared.get(key);
    if (file) this.#shared.set(key, file);
    else this.#shared.delete(key);
    if (earlier && earlier !== file) this.#tell((before) => before.forget(earlier));
  }
}
