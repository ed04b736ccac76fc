import type { Offer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes, formatNumber } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';

/** What can be done with an offer. */
export interface OfferActions {
  accept(offer: Offer): void;
  acceptAll(offers: readonly Offer[]): void;
  decline(offer: Offer): void;
}

export function showOffers(store: Store, actions: OfferActions): void {
  const acceptAll = byId('accept-all', HTMLButtonElement);
  const count = byId('offer-count', HTMLElement);
  const empty = byId('offers-empty', HTMLElement);

  // Those that ran out too: asked for anew, they come by themselves.
  const open = (): Offer[] => store.offers.values().filter((offer) => offer.state !== 'accepted');
  acceptAll.addEventListener('click', () => actions.acceptAll(open()));

  new KeyedList(byId('offers', HTMLElement), store.offers, (offer) => buildRow(offer, actions), {
    accepts: (offer) => offer.state !== 'accepted',
    onFlush(shown) {
      empty.hidden = shown > 0;
      setText(count, shown > 0 ? formatNumber(shown) : '');
      acceptAll.disabled = shown === 0;
      setText(acceptAll, shown > 1 ? texts.offers.acceptAllOf(formatNumber(shown)) : texts.offers.acceptAll);
    },
  });
}

function buildRow(first: Offer, actions: OfferActions): Row<Offer> {
  let offer = first;
  const details = create('span', { className: 'details' });
  const take = button(texts.offers.accept, '', () => actions.accept(offer));
  take.dataset['testid'] = 'accept';
  const leave = button(
    texts.offers.decline,
    texts.offers.declineThis(first.name),
    () => actions.decline(offer),
    'quiet',
  );
  const element = create(
    'li',
    { className: 'row', testid: 'offer' },
    create(
      'span',
      { className: 'grow' },
      create('bdi', { className: 'name', text: first.path ?? first.name, title: first.path ?? first.name }),
      details,
    ),
    create('span', { className: 'buttons' }, take, leave),
  );
  return {
    element,
    update(next) {
      offer = next;
      const parts = [formatBytes(next.size), next.mime || texts.offers.unknownType, texts.offers.from(next.from)];
      const hasRunOut = next.state === 'expired';
      if (hasRunOut) parts.push(texts.offers.ranOut);
      setText(details, parts.join(' · '));
      setText(take, hasRunOut ? texts.offers.askAgain : texts.offers.accept);
      take.setAttribute('aria-label', (hasRunOut ? texts.offers.askAgainFor : texts.offers.acceptThis)(next.name));
    },
  };
}
