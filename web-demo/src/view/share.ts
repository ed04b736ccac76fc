import type { Store } from '../session/store.js';
import { foundIn, foundInDrop, foundInInput, type Found } from '../sharing/folder-in.js';
import { texts } from '../texts/current.js';
import { byId, create, setText } from '../util/dom.js';
import { formatBytes } from '../util/format.js';
import { KeyedList } from '../util/keyed-list.js';
import { isNoChoice, pickers } from '../util/pickers.js';
import { forgetThumbnail, thumbnail } from './thumbnail.js';

/** Picking, dropping and pasting, and the list of what this page shares. */
export function showShare(store: Store, add: (found: Promise<Found>[]) => void): void {
  const addFiles = (files: Iterable<File>): void => {
    add([...files].map((file) => Promise.resolve({ name: file.name, files: [{ file }] })));
  };
  choosing(byId('pick', HTMLInputElement), addFiles, async () => {
    const handles = await pickers().showOpenFilePicker?.({ multiple: true });
    add((handles ?? []).map((handle) => foundIn(handle)));
  });
  choosing(
    byId('pick-folder', HTMLInputElement),
    // An empty folder is no change, and nothing to tell of.
    (files) => add([foundInInput(files)]),
    async () => {
      const folder = await pickers().showDirectoryPicker?.({ mode: 'read' });
      if (folder) add([foundIn(folder)]);
    },
  );

  // The whole page takes a drop: a photo that misses the box would otherwise replace the page.
  let depth = 0;
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) document.body.classList.remove('dropping');
  });
  addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    document.body.classList.remove('dropping');
    if (event.dataTransfer) add(foundInDrop(event.dataTransfer));
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) addFiles(files);
  });

  const section = byId('shared', HTMLDetailsElement);
  const count = byId('shared-count', HTMLElement);
  new KeyedList(
    byId('shared-list', HTMLElement),
    store.shared,
    ({ file }) => {
      const canvas = thumbnail(file);
      const element = create(
        'li',
        { title: texts.share.named(file.name, formatBytes(file.size)) },
        canvas,
        create('bdi', { className: 'name', text: file.name }),
      );
      return { element, update: () => {}, dispose: () => forgetThumbnail(canvas) };
    },
    {
      newestFirst: true,
      onFlush(shown) {
        section.hidden = shown === 0;
        setText(count, texts.share.sharing(shown));
      },
    },
  );
}

/** By the picker that gives handles, where there is one, and else by the input, whose button it is in any case. */
function choosing(input: HTMLInputElement, chosen: (files: File[]) => void, pick: () => Promise<void>): void {
  let hasPicker = (input.webkitdirectory ? pickers().showDirectoryPicker : pickers().showOpenFilePicker) !== undefined;
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) chosen(files);
    // Otherwise choosing the same file again would be no change.
    input.value = '';
  });
  input.addEventListener('click', (event) => {
    if (!hasPicker) return;
    event.preventDefault();
    pick().catch((error: unknown) => {
      if (isNoChoice(error)) return;
      // Not in this frame, or not by this person.
      hasPicker = false;
      input.click();
    });
  });
}

export function showPreparing(done: number, total: number): void {
  const element = byId('preparing', HTMLElement);
  element.hidden = done >= total;
  setText(element, texts.share.reading(Math.min(done + 1, total), total));
}

/** Which side shares; there is a choice in loopback only. */
export function showSides(sides: readonly { readonly side: string; readonly name: string }[]): () => string {
  const fieldset = byId('share-side', HTMLFieldSetElement);
  fieldset.hidden = sides.length < 2;
  const inputs = sides.map(({ side, name }, index) => {
    const input = create('input', { testid: `side-${side}` });
    input.type = 'radio';
    input.name = 'side';
    input.value = side;
    input.checked = index === 0;
    const label = create('label', {}, input);
    label.append(` ${name}`);
    fieldset.append(label);
    return input;
  });
  return () => inputs.find((input) => input.checked)?.value ?? '';
}
