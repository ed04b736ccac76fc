import type { Peer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, create, setText } from '../util/dom.js';
import { KeyedList } from '../util/keyed-list.js';

function describe({ state, isInRoom }: Peer): string {
  switch (state) {
    case 'connecting':
      return texts.people.connecting;
    case 'connected':
      return isInRoom ? texts.people.connected : texts.people.withoutServer;
    case 'interrupted':
      return texts.people.interrupted;
    case 'lost':
      return texts.people.lost;
  }
}

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
          setText(state, describe(next));
        },
      };
    },
    { onFlush: (shown) => (empty.hidden = shown > 0) },
  );
}
