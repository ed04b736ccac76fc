import { IN_MEMORY } from '../saving/destination.js';
import type { KeptFiles } from '../saving/kept-files.js';
import { roomLeft } from '../saving/room.js';
import type { Offer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { formatBytes } from '../util/format.js';

/** Beside offers that go to the disk: how much room there is, and for which of them there is none. */
export function showRoomLeft({ offers, received }: Store, kept: KeptFiles): void {
  const hint = byId('room-left', HTMLElement);
  let isAsking = false;
  let isOutdated = false;
  const large = (): Offer[] => offers.values().filter(({ size, state }) => size > IN_MEMORY && state !== 'accepted');
  const ask = async (): Promise<void> => {
    do {
      isOutdated = false;
      const room = large().length > 0 ? await roomLeft() : undefined;
      const tooLarge: Offer[] = [];
      for (const offer of large()) if (room !== undefined && !(await kept.hasRoom(offer))) tooLarge.push(offer);
      hint.hidden = room === undefined;
      if (room === undefined) continue;
      const none = tooLarge.map(({ name, size }) => texts.saving.noRoomFor(name, formatBytes(size)));
      setText(hint, [texts.saving.room(formatBytes(room)), ...none].join(' '));
    } while (isOutdated);
  };
  const update = (): void => {
    isOutdated = true;
    if (isAsking) return;
    isAsking = true;
    void ask().finally(() => (isAsking = false));
  };
  offers.subscribe((key) => {
    // Those that have gone were maybe large.
    if ((offers.get(key)?.size ?? Infinity) > IN_MEMORY) update();
  });
  received.subscribe(update);
}
