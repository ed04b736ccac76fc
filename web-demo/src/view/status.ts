import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { onNextFrame } from '../util/schedule.js';

/** How it stands with the way to the others. */
export type Standing = 'starting' | 'here' | 'loopback' | 'offline' | 'full' | 'refused' | 'wrong room' | 'unavailable';

const WITHOUT_PEERS: Partial<Record<Standing, string>> = {
  offline: texts.status.offline,
  full: texts.status.full,
  refused: texts.status.refused,
  'wrong room': texts.status.wrongRoom,
  unavailable: texts.status.unavailable,
};

/** The one line that says whether files can go anywhere now. Returns how to tell it of the way to the others. */
export function showStatus(store: Store): (standing: Standing) => void {
  const element = byId('status', HTMLElement);
  const text = byId('status-text', HTMLElement);
  let standing: Standing = 'starting';

  const draw = (): void => {
    const peers = store.peers.values();
    const connected = new Set(peers.filter(({ state }) => state === 'connected').map(({ peerId }) => peerId)).size;
    const reason = WITHOUT_PEERS[standing];
    if (connected > 0) {
      element.dataset['state'] = 'connected';
      setText(text, standing === 'loopback' ? texts.status.bothConnected : texts.status.connectedTo(connected));
    } else if (reason !== undefined) {
      element.dataset['state'] = 'lost';
      setText(text, reason);
    } else {
      element.dataset['state'] = 'connecting';
      setText(text, standing === 'starting' || peers.length > 0 ? texts.status.connecting : texts.status.waiting);
    }
  };
  store.peers.subscribe(() => onNextFrame(draw));
  return (next) => {
    standing = next;
    onNextFrame(draw);
  };
}
