import type { ReceivedFile } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes, formatNumber } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';
import { save } from './save.js';
import { showSaveAll } from './save-all.js';
import { forgetThumbnail, thumbnail } from './thumbnail.js';

/** What a card needs to know of its file, and what its buttons do. */
export interface GalleryActions {
  isSaved(blob: Blob): boolean;
  delete(file: ReceivedFile): void;
}

export function showGallery(store: Store, actions: GalleryActions): void {
  const empty = byId('gallery-empty', HTMLElement);
  const count = byId('gallery-count', HTMLElement);
  const open = viewer();
  const setCount = showSaveAll(store);

  new KeyedList(byId('gallery', HTMLElement), store.received, (file) => buildCard(file, open, actions), {
    newestFirst: true,
    onFlush(shown) {
      empty.hidden = shown > 0;
      setCount(shown);
      setText(count, shown > 0 ? formatNumber(shown) : '');
    },
  });
}

function buildCard(file: ReceivedFile, open: (file: ReceivedFile) => void, actions: GalleryActions): Row<ReceivedFile> {
  const { name, path, blob } = file;
  const folder = path?.slice(0, -name.length - 1);
  const details = [formatBytes(blob.size), file.from];
  if (actions.isSaved(blob)) details.push(texts.saving.isSaved);
  const canvas = thumbnail(file.blob);
  const view = button('', texts.gallery.view(file.name), () => open(file), 'picture');
  view.append(canvas);
  const element = create(
    'li',
    { className: 'card', testid: 'received' },
    view,
    create(
      'div',
      { className: 'card-text' },
      create('bdi', { className: 'name', text: name, title: path ?? name }),
      ...(folder === undefined ? [] : [create('bdi', { className: 'details', text: folder })]),
      create('span', {
        className: 'details',
        text: details.join(' · '),
        title: texts.gallery.origin(file.from, file.hash),
      }),
    ),
    create(
      'div',
      { className: 'buttons' },
      button(texts.gallery.save, texts.gallery.saveThis(name), () => save(blob, name)),
      button(texts.saving.delete, texts.saving.deleteThis(name), () => actions.delete(file), 'quiet'),
    ),
  );
  element.dataset['hash'] = file.hash;
  return { element, update: () => {}, dispose: () => forgetThumbnail(canvas) };
}

function viewer(): (file: ReceivedFile) => void {
  const dialog = byId('viewer', HTMLDialogElement);
  const image = byId('viewer-image', HTMLImageElement);
  const name = byId('viewer-name', HTMLElement);
  dialog.addEventListener('close', () => {
    URL.revokeObjectURL(image.src);
    image.removeAttribute('src');
  });
  return (file) => {
    name.textContent = file.name;
    image.alt = file.name;
    image.src = URL.createObjectURL(file.blob);
    dialog.showModal();
  };
}
