import { IN_MEMORY } from '../saving/destination.js';
import type { KeptFiles } from '../saving/kept-files.js';
import { roomLeft } from '../saving/room.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { formatBytes } from '../util/format.js';

/** Beside offers that go to the disk: how much room there is, and for which of them there is none. */
export function showRoomLeft({ offers, received }: Store, kept: KeptFiles): void {
  const hint = byId('room-left', HTMLElement);
  const show = async (): Promise<void> => {
    const large = offers.values().filter(({ size, state }) => size > IN_MEMORY && state !== 'accepted');
    const room = large.length > 0 ? await roomLeft() : undefined;
    hint.hidden = room === undefined;
    if (room === undefined) return;
    const parts = [texts.saving.room(formatBytes(room))];
    for (const offer of large) {
      if (!(await kept.hasRoom(offer))) parts.push(texts.saving.noRoomFor(offer.name, formatBytes(offer.size)));
    }
    setText(hint, parts.join(' '));
  };
  const update = oneAtATime(show);
  offers.subscribe((key) => {
    // Those that have gone were maybe large.
    if ((offers.get(key)?.size ?? Infinity) > IN_MEMORY) update();
  });
  received.subscribe(update);
}

/** Runs it now or, while it runs, once more afterwards. */
function oneAtATime(work: () => Promise<void>): () => void {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return () => {
    if (next) return;
    const run = async (): Promise<void> => {
      await running;
      next = undefined;
      running = work().catch(() => undefined);
    };
    next = run();
  };
}
