// @ts-check
// The same in a page: a button for each photo that is offered.

/**
 * @param {HTMLElement} list
 * @param {import('peer-session').PeerSession} session
 * @param {import('peer-session').OfferMessage} offer
 */
export function listOffer(list, session, offer) {
  const button = document.createElement('button');
  button.textContent = offer.name;
  button.addEventListener('click', () => {
    button.disabled = true;
    session.pullFile(offer.transferId);
  });
  list.append(button);
  session.addEventListener('transferend', ({ transferId, error }) => {
    if (transferId === offer.transferId) button.textContent = `${offer.name}: ${error ? error.code : 'here'}`;
  });
}
