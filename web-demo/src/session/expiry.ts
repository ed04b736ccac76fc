import type { Store } from './store.js';

/** Marks offers the sender has forgotten by now, so that nobody accepts one that can only fail. One timer for all. */
export function expireOffers(store: Store): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = (): void => {
    timer = undefined;
    const now = Date.now();
    let next = Infinity;
    for (const offer of store.offers.values()) {
      if (offer.state !== 'waiting') continue;
      if (offer.expiresAt <= now) store.offers.patch(offer.key, { state: 'expired' });
      else next = Math.min(next, offer.expiresAt);
    }
    if (next !== Infinity) timer ??= setTimeout(check, next - now);
  };
  // An offer that comes later also ends later, so the timer that runs is early enough for all.
  store.offers.subscribe((key) => {
    const offer = store.offers.get(key);
    if (offer?.state === 'waiting') timer ??= setTimeout(check, Math.max(0, offer.expiresAt - Date.now()));
  });
}
