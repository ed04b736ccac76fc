import type { ReceivedFile } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes, formatNumber } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';
import { save, saveAll } from './save.js';
import { forgetThumbnail, thumbnail } from './thumbnail.js';

export function showGallery(store: Store): void {
  const empty = byId('gallery-empty', HTMLElement);
  const count = byId('gallery-count', HTMLElement);
  const all = byId('save-all', HTMLButtonElement);
  const open = viewer();

  new KeyedList(byId('gallery', HTMLElement), store.received, (file) => buildCard(file, open), {
    newestFirst: true,
    onFlush(shown) {
      empty.hidden = shown > 0;
      all.disabled = shown === 0;
      setText(count, shown > 0 ? formatNumber(shown) : '');
    },
  });

  all.addEventListener('click', () => {
    all.disabled = true;
    saveAll(store.received.values())
      .catch((error: unknown) => store.report(texts.gallery.zipFailed(String(error))))
      .finally(() => (all.disabled = false));
  });
}

function buildCard(file: ReceivedFile, open: (file: ReceivedFile) => void): Row<ReceivedFile> {
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
      create('bdi', { className: 'name', text: file.name, title: file.name }),
      create('span', {
        className: 'details',
        text: `${formatBytes(file.blob.size)} · ${file.from}`,
        title: texts.gallery.origin(file.from, file.hash),
      }),
    ),
    button(texts.gallery.save, texts.gallery.saveThis(file.name), () => save(file.blob, file.name)),
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
