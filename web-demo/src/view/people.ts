import type { PeerState } from '../session/model.js';
import type { Store } from '../session/store.js';
import { byId, create, setText } from '../util/dom.js';
import { KeyedList } from '../util/keyed-list.js';

const STATE_TEXT: Record<PeerState, string> = {
  connecting: 'connecting…',
  connected: 'connected',
  lost: 'connection lost, trying again…',
};

export function showPeople(store: Store): void {
  const empty = byId('people-empty', HTMLElement);
  new KeyedList(
    byId('people', HTMLElement),
    store.peers,
    (peer) => {
      const state = create('span', { className: 'details' });
      const element = create(
        'li',
        { testid: 'peer' },
        create('span', { className: 'dot' }),
        create('span', { className: 'grow' }, create('span', { className: 'name', text: peer.name }), state),
      );
      return {
        element,
        update(next) {
          element.dataset['state'] = next.state;
          setText(state, STATE_TEXT[next.state]);
        },
      };
    },
    { onFlush: (shown) => (empty.hidden = shown > 0) },
  );
}
