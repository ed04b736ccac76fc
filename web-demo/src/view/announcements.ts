import type { Messages } from '../session/messages.js';
import { isOver, type Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId } from '../util/dom.js';

// A screen reader speaks for about this long; what happens meanwhile is summed up in the next sentence.
const PAUSE_MS = 2_000;

/** Tells a screen reader, and but for arrivals `tell`, what came, went and failed, as sums: two hundred files are one sentence. */
export function announceChanges(store: Store, messages: Messages, tell: (sentences: readonly string[]) => void): void {
  const said = texts.announcements;
  const region = byId('announcements', HTMLElement);
  const counts = {
    offered: 0,
    received: 0,
    notReceived: 0,
    sent: 0,
    notSent: 0,
    declined: 0,
    cancelled: 0,
    paused: 0,
    resumed: 0,
    texts: 0,
  };
  const arrivals: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const speak = (): void => {
    timer = undefined;
    const arrived = arrivals.splice(0).map((name) => said.connected(name));
    const sentences: string[] = [];
    for (const [what, count] of Object.entries(counts)) {
      if (count > 0) sentences.push(said[what as keyof typeof counts](count));
      counts[what as keyof typeof counts] = 0;
    }
    // A new element each time: the same sentence as the last one would be no change, and not be spoken.
    const spoken = document.createElement('span');
    spoken.textContent = [...arrived, ...sentences].join(' ');
    region.replaceChildren(spoken);
    if (sentences.length > 0) tell(sentences);
  };
  const soon = (): void => {
    timer ??= setTimeout(speak, PAUSE_MS);
  };
  const count = (what: keyof typeof counts): void => {
    counts[what] += 1;
    soon();
  };

  // An offer is made anew before it runs out, which is no news.
  const known = new Set<string>();
  store.offers.subscribe((key) => {
    if (!store.offers.get(key)) known.delete(key);
    else if (!known.has(key)) {
      known.add(key);
      count('offered');
    }
  });
  store.received.subscribe((key) => {
    if (store.received.get(key)) count('received');
  });
  messages.items.subscribe((key) => messages.items.get(key)?.direction === 'receive' && count('texts'));
  const paused = new Set<string>();
  store.transfers.subscribe((key) => {
    const transfer = store.transfers.get(key);
    if (transfer?.state === 'paused') {
      if (!paused.has(key)) count('paused');
      paused.add(key);
    } else if (paused.delete(key) && transfer && !isOver(transfer)) {
      count('resumed');
    }
    if (transfer?.state === 'cancelled' || transfer?.state === 'declined') count(transfer.state);
    if (transfer?.state === 'failed') count(transfer.direction === 'send' ? 'notSent' : 'notReceived');
    if (transfer?.direction === 'send' && transfer.state === 'complete') count('sent');
  });
  const connected = new Set<string>();
  store.peers.subscribe((key) => {
    const peer = store.peers.get(key);
    if (peer?.state !== 'connected') connected.delete(key);
    else if (!connected.has(key)) {
      connected.add(key);
      arrivals.push(peer.name);
      soon();
    }
  });
}
