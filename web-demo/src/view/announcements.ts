import type { Store } from '../session/store.js';
import { byId } from '../util/dom.js';
import { plural } from '../util/format.js';

// A screen reader speaks for about this long; what happens meanwhile is summed up in the next sentence.
const PAUSE_MS = 2_000;

/** Tells a screen reader what came and went, as sums: two hundred files are one sentence. */
export function announceChanges(store: Store): void {
  const region = byId('announcements', HTMLElement);
  const counts = { offered: 0, received: 0, sent: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  const speak = (): void => {
    timer = undefined;
    const sentences: string[] = [];
    if (counts.offered > 0) sentences.push(`${plural(counts.offered, 'file')} offered to you.`);
    if (counts.received > 0) sentences.push(`${plural(counts.received, 'file')} received.`);
    if (counts.sent > 0) sentences.push(`${plural(counts.sent, 'file')} sent.`);
    counts.offered = counts.received = counts.sent = 0;
    region.textContent = sentences.join(' ');
  };
  const count = (what: keyof typeof counts): void => {
    counts[what] += 1;
    timer ??= setTimeout(speak, PAUSE_MS);
  };

  store.offers.subscribe((key) => store.offers.get(key)?.state === 'waiting' && count('offered'));
  store.received.subscribe(() => count('received'));
  store.transfers.subscribe((key) => {
    const transfer = store.transfers.get(key);
    if (transfer?.direction === 'send' && transfer.state === 'complete') count('sent');
  });
  store.peers.subscribe((key) => {
    const peer = store.peers.get(key);
    if (peer?.state === 'connected') region.textContent = `${peer.name} is connected.`;
  });
}
