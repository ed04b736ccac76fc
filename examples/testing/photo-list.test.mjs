// @ts-check
// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { listOffer } from './photo-list.mjs';
import { twoSessions } from './two-sessions.mjs';

test('a click on an offer brings the photo', async () => {
  const list = document.body.appendChild(document.createElement('div'));
  const { alice, bob, arrived, network, close } = await twoSessions((session, offer) =>
    listOffer(list, session, offer),
  );
  await alice.sendFile(new File(['not really a picture'], 'cat.png', { type: 'image/png' }), { hashFirst: true });
  await network.link?.log.until(({ message }) => message?.type === 'offer-file');
  await expect.poll(() => list.textContent).toBe('cat.png');

  const ended = new Promise((resolve) => bob.addEventListener('transferend', resolve));
  list.querySelector('button')?.click();
  await ended;
  expect(list.textContent).toBe('cat.png: here');
  expect(arrived[0]?.blob.size).toBe(20);
  close();
});
