import { foundIn, foundInDrop, foundInInput, type Found } from '../sharing/folder-in.js';
import { byId } from '../util/dom.js';
import { isNoChoice, pickers } from '../util/pickers.js';

/** Picking files and folders, dropping and pasting them. */
export function showPicking(add: (found: Promise<Found>[]) => void): void {
  const addFiles = (files: Iterable<File>): void => {
    add([...files].map((file) => Promise.resolve({ name: file.name, files: [{ file }] })));
  };
  choosing(byId('pick', HTMLInputElement), addFiles, async () => {
    const handles = await pickers().showOpenFilePicker?.({ multiple: true });
    add((handles ?? []).map((handle) => foundIn(handle)));
  });
  choosing(
    byId('pick-folder', HTMLInputElement),
    (files) => add([Promise.resolve(files).then(foundInInput)]),
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
