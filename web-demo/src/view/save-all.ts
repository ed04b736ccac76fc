import { saveToFolder } from '../saving/folder-out.js';
import { zip } from '../saving/zip.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { onNextFrame } from '../util/schedule.js';
import { isNoChoice, pickers } from '../util/pickers.js';
import { save } from './save.js';

const ARCHIVE = 'received.zip';

/** Saving all that was received: as one archive, and into a folder where the browser can. Returns how to tell it of how many. */
export function showSaveAll(store: Store): (count: number) => void {
  const asZip = byId('save-all', HTMLButtonElement);
  const toFolder = byId('save-to-folder', HTMLButtonElement);
  const buttons = [asZip, toFolder];
  let count = 0;
  let isSaving = false;
  const update = (): void => buttons.forEach((each) => (each.disabled = isSaving || count === 0));
  const onClick = (element: HTMLButtonElement, work: () => Promise<void>, failed: (reason: string) => string): void => {
    element.addEventListener('click', () => {
      isSaving = true;
      update();
      work()
        .catch((error: unknown) => {
          if (!isNoChoice(error)) store.report(failed(String(error)));
        })
        .finally(() => {
          isSaving = false;
          update();
        });
    });
  };

  onClick(
    asZip,
    async () => {
      // Without one, it has been written where the person said.
      const archive = await zip(store.received.values(), ARCHIVE);
      if (archive) save(archive, ARCHIVE);
    },
    texts.gallery.zipFailed,
  );
  toFolder.hidden = pickers().showDirectoryPicker === undefined;
  onClick(toFolder, () => saveAllToFolder(store), texts.saving.folderFailed);
  return (shown) => {
    count = shown;
    update();
  };
}

async function saveAllToFolder(store: Store): Promise<void> {
  const folder = await pickers().showDirectoryPicker?.({ mode: 'readwrite' });
  if (!folder) return;
  const hint = byId('saving', HTMLElement);
  hint.hidden = false;
  const files = store.received.values();
  let text = '';
  const say = (next: string): void => {
    text = next;
    onNextFrame(() => setText(hint, text));
  };
  const { saved, failed } = await saveToFolder(folder, files, (done) => {
    if (done < files.length) say(texts.saving.writing(done + 1, files.length));
  });
  say(texts.saving.saved(saved));
  for (const { path, reason } of failed) store.report(texts.saving.notSaved(path, String(reason)));
}
