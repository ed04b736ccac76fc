import type { Store } from '../session/store.js';
import { byId, setText } from '../util/dom.js';
import { plural } from '../util/format.js';
import { onNextFrame } from '../util/schedule.js';

/** How it stands with the way to the others. */
export type Standing = 'starting' | 'here' | 'loopback' | 'offline' | 'full' | 'refused' | 'wrong room' | 'unavailable';

const WITHOUT_PEERS: Partial<Record<Standing, string>> = {
  offline: 'Offline',
  full: 'Room is full',
  refused: 'Not let in',
  'wrong room': 'No such room',
  unavailable: 'Not available here',
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
      setText(text, standing === 'loopback' ? 'Both sides connected' : `Connected to ${plural(connected, 'peer')}`);
    } else if (reason !== undefined) {
      element.dataset['state'] = 'lost';
      setText(text, reason);
    } else {
      element.dataset['state'] = 'connecting';
      setText(text, standing === 'starting' || peers.length > 0 ? 'Connecting…' : 'Waiting for someone to join');
    }
  };
  store.peers.subscribe(() => onNextFrame(draw));
  return (next) => {
    standing = next;
    onNextFrame(draw);
  };
}
