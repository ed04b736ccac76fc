import type { SharedBefore } from '../sharing/shared-before.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';

/** Names that are said one by one. */
const MAX_NAMES = 5;

/** What this tab shared before it was reloaded, and cannot read again by itself. Returns how to tell it of changes. */
export function showShareAgain(shareAgain: () => void, dismiss: () => void): (before: SharedBefore) => void {
  const section = byId('share-again', HTMLElement);
  const again = byId('share-again-button', HTMLButtonElement);
  const missingText = byId('share-missing', HTMLElement);
  again.addEventListener('click', shareAgain);
  byId('share-again-dismiss', HTMLButtonElement).addEventListener('click', dismiss);
  return ({ waiting, missing }) => {
    section.hidden = waiting === 0 && missing.length === 0;
    again.hidden = waiting === 0;
    setText(again, texts.sharing.again(waiting));
    missingText.hidden = missing.length === 0;
    const names = missing.slice(0, MAX_NAMES).join(', ');
    setText(missingText, texts.sharing.missing(names, Math.max(0, missing.length - MAX_NAMES)));
  };
}
