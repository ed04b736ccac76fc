// @ts-check
// What an application may do with a session, and so wants to test.

/**
 * Offers a photo. Resolves once the peer has it, rejects with the reason when it will not get it.
 *
 * @param {import('peer-session').PeerSession} session
 * @param {File} photo
 */
export async function sharePhoto(session, photo) {
  const id = await session.sendFile(photo, { hashFirst: true });
  if (id === undefined) throw new Error(`${photo.name} cannot be offered`);
  await new Promise((resolve, reject) => {
    session.addEventListener('transferend', (event) => {
      if (event.transferId !== id || event.direction !== 'send') return;
      if (event.error) reject(event.error);
      else resolve(undefined);
    });
  });
}
