import type { SharedBefore } from '../sharing/shared-before.js';
import type { Sharer } from '../sharing/sharer.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';

/** Names that are said one by one. */
const MAX_NAMES = 5;

/** Shares what this tab shared before it was reloaded; what it cannot read by itself waits for a click, or is named. */
export function showShareAgain(before: SharedBefore, sharer: Sharer): void {
  const section = byId('share-again', HTMLElement);
  const again = byId('share-again-button', HTMLButtonElement);
  const missingText = byId('share-missing', HTMLElement);
  again.addEventListener('click', () => void sharer.again(before.shareAgain()));
  byId('share-again-dismiss', HTMLButtonElement).addEventListener('click', () => void before.dismiss());
  before.onChange = () => {
    const { waiting, missing } = before;
    section.hidden = waiting === 0 && missing.length === 0;
    again.hidden = waiting === 0;
    missingText.hidden = missing.length === 0;
    if (section.hidden) return;
    setText(again, texts.sharing.again(waiting));
    const names = missing.slice(0, MAX_NAMES).join(', ');
    setText(missingText, texts.sharing.missing(names, Math.max(0, missing.length - MAX_NAMES)));
  };
  void sharer.again(before.restore());
}
