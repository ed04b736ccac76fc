import type { Offer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';

export function showOffers(store: Store, accept: (offer: Offer) => void): void {
  const acceptAll = byId('accept-all', HTMLButtonElement);
  const count = byId('offer-count', HTMLElement);
  const empty = byId('offers-empty', HTMLElement);

  // Those that ran out too: asked for anew, they come by themselves.
  const open = (): Offer[] => store.offers.values().filter((offer) => offer.state !== 'accepted');
  acceptAll.addEventListener('click', () => open().forEach(accept));

  new KeyedList(byId('offers', HTMLElement), store.offers, (offer) => buildRow(offer, accept), {
    accepts: (offer) => offer.state !== 'accepted',
    onFlush(shown) {
      empty.hidden = shown > 0;
      setText(count, shown > 0 ? String(shown) : '');
      acceptAll.disabled = shown === 0;
      setText(acceptAll, shown > 1 ? `Accept all ${shown}` : 'Accept all');
    },
  });
}

function buildRow(first: Offer, accept: (offer: Offer) => void): Row<Offer> {
  let offer = first;
  const details = create('span', { className: 'details' });
  const take = button('Accept', '', () => accept(offer));
  take.dataset['testid'] = 'accept';
  const element = create(
    'li',
    { className: 'row', testid: 'offer' },
    create(
      'span',
      { className: 'grow' },
      create('bdi', { className: 'name', text: first.name, title: first.name }),
      details,
    ),
    take,
  );
  return {
    element,
    update(next) {
      offer = next;
      const parts = [formatBytes(next.size), next.mime || 'unknown type', `from ${next.from}`];
      if (next.state === 'expired') parts.push('offer ran out');
      setText(details, parts.join(' · '));
      const action = next.state === 'expired' ? 'Ask again' : 'Accept';
      setText(take, action);
      take.setAttribute('aria-label', action === 'Accept' ? `Accept ${next.name}` : `Ask again for ${next.name}`);
    },
  };
}
