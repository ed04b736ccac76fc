import type { Store } from '../session/store.js';
import { byId, setText } from '../util/dom.js';
import { plural } from '../util/format.js';
import { onNextFrame } from '../util/schedule.js';

type Meeting = 'starting' | 'here' | 'loopback' | 'offline' | 'unavailable';

/** The one line that says whether files can go anywhere now. Returns how to tell it of the way to the others. */
export function showStatus(store: Store): (meeting: Meeting) => void {
  const element = byId('status', HTMLElement);
  const text = byId('status-text', HTMLElement);
  let meeting: Meeting = 'starting';

  const draw = (): void => {
    const peers = store.peers.values();
    const connected = new Set(peers.filter(({ state }) => state === 'connected').map(({ peerId }) => peerId)).size;
    if (connected > 0) {
      element.dataset['state'] = 'connected';
      setText(text, meeting === 'loopback' ? 'Both sides connected' : `Connected to ${plural(connected, 'peer')}`);
    } else if (meeting === 'unavailable' || meeting === 'offline') {
      element.dataset['state'] = 'lost';
      setText(text, meeting === 'offline' ? 'Offline' : 'Not available here');
    } else {
      element.dataset['state'] = 'connecting';
      setText(text, meeting === 'starting' || peers.length > 0 ? 'Connecting…' : 'Waiting for someone to join');
    }
  };
  store.peers.subscribe(() => onNextFrame(draw));
  return (next) => {
    meeting = next;
    onNextFrame(draw);
  };
}
