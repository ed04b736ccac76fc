import { addressOf, newPrivateRoom, type Room } from '../session/room.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { whenIdle } from '../util/when-idle.js';
import { qrCode } from './qr-code.js';

/** Inviting, and rooms of one's own. Returns how to tell it of the room that the page is in, if it is in one. */
export function showRoomActions(store: Store, goTo: (room: Room) => void): (room: Room | undefined) => void {
  const copy = byId('copy-invite', HTMLButtonElement);
  const showCode = byId('show-code', HTMLButtonElement);
  const hint = byId('invite-hint', HTMLElement);
  const secondTab = byId('second-tab', HTMLAnchorElement);
  const code = codeDialog();
  let current: Room | undefined;
  /** A private room that someone was invited to, while this page still has something to finish elsewhere. */
  let next: { readonly room: Room; readonly cancel: () => void } | undefined;

  const stayHere = (): void => {
    next?.cancel();
    next = undefined;
    hint.hidden = true;
  };
  const goWhenIdle = (room: Room): void => {
    const cancel = whenIdle(store, () => goTo(room));
    next = { room, cancel };
    hint.hidden = false;
  };
  /** Hands a link to `give`, and goes where it leads. */
  const invite = (give: (link: string) => void): void => {
    if (!current) return;
    // The lobby is open to everyone, and nobody's guests should meet strangers there.
    const room = next?.room ?? (current.isPublic ? newPrivateRoom() : current);
    give(addressOf(room));
    if (room !== current && !next) goWhenIdle(room);
  };

  copy.addEventListener('click', () => {
    invite((link) => {
      navigator.clipboard.writeText(link).then(
        () => setText(copy, texts.room.inviteCopied),
        () => store.report(texts.room.inviteNotCopied(link)),
      );
    });
  });
  copy.addEventListener('blur', () => setText(copy, texts.room.copyInvite));
  showCode.addEventListener('click', () => invite(code));
  byId('private-room', HTMLButtonElement).addEventListener('click', () => goTo(newPrivateRoom()));
  byId('room-actions', HTMLElement).hidden = false;

  return (room) => {
    stayHere();
    current = room;
    copy.hidden = room === undefined;
    showCode.hidden = copy.hidden;
    secondTab.href = location.href;
  };
}

/** The link for a phone that looks at this screen. */
function codeDialog(): (link: string) => void {
  const dialog = byId('code', HTMLDialogElement);
  const place = byId('code-picture', HTMLElement);
  const text = byId('code-link', HTMLElement);
  return (link) => {
    place.replaceChildren(qrCode(link, texts.room.codeLabel));
    setText(text, link);
    dialog.showModal();
  };
}
