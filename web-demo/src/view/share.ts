import type { SharedFile } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes } from '../util/format.js';
import { KeyedList } from '../util/keyed-list.js';
import { nickname } from '../util/nickname.js';
import { forgetThumbnail, thumbnail } from './thumbnail.js';

export interface ShareActions {
  /** Nobody is to be offered it any more. */
  withdraw(shared: SharedFile): void;
}

/** The list of what this page shares. */
export function showShare(store: Store, actions: ShareActions): void {
  const section = byId('shared', HTMLDetailsElement);
  const count = byId('shared-count', HTMLElement);
  new KeyedList(
    byId('shared-list', HTMLElement),
    store.shared,
    (first) => {
      const { file } = first;
      let shared = first;
      const canvas = thumbnail(file);
      const audience = create('span', { className: 'details' });
      const away = button(
        texts.share.withdraw,
        texts.share.withdrawThis(file.name),
        () => actions.withdraw(shared),
        'quiet',
      );
      const element = create(
        'li',
        { title: texts.share.named(file.name, formatBytes(file.size)) },
        canvas,
        create('bdi', { className: 'name', text: file.name }),
        audience,
        away,
      );
      return {
        element,
        update(next) {
          shared = next;
          audience.hidden = next.to === undefined;
          setText(audience, next.to ? texts.share.onlyFor(namesOf(next.to)) : '');
        },
        dispose: () => forgetThumbnail(canvas),
      };
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

/** As everyone calls them, whether they are here or not. */
const namesOf = (peerIds: Iterable<string>): string => [...peerIds].map(nickname).join(', ');

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
