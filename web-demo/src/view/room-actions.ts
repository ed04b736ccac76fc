import { addressOf, newPrivateRoom, type Room } from '../session/room.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { whenIdle } from '../util/when-idle.js';

/** Inviting, and rooms of one's own. Returns how to tell it of the room that the page is in, if it is in one. */
export function showRoomActions(store: Store, goTo: (room: Room) => void): (room: Room | undefined) => void {
  const copy = byId('copy-invite', HTMLButtonElement);
  const hint = byId('invite-hint', HTMLElement);
  const secondTab = byId('second-tab', HTMLAnchorElement);
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

  copy.addEventListener('click', () => {
    if (!current) return;
    // The lobby is open to everyone, and nobody's guests should meet strangers there.
    const room = next?.room ?? (current.isPublic ? newPrivateRoom() : current);
    const invite = addressOf(room);
    navigator.clipboard.writeText(invite).then(
      () => setText(copy, texts.room.inviteCopied),
      () => store.report(texts.room.inviteNotCopied(invite)),
    );
    if (room !== current && !next) goWhenIdle(room);
  });
  copy.addEventListener('blur', () => setText(copy, texts.room.copyInvite));
  byId('private-room', HTMLButtonElement).addEventListener('click', () => goTo(newPrivateRoom()));
  byId('room-actions', HTMLElement).hidden = false;

  return (room) => {
    stayHere();
    current = room;
    copy.hidden = room === undefined;
    secondTab.href = location.href;
  };
}
