// @ts-check
// With Vitest: npx vitest run
import { expect, test } from 'vitest';
import { sharePhoto } from './share-photo.mjs';
import { twoSessions } from './two-sessions.mjs';

const photo = new File([new Uint8Array(100_000)], 'cat.png', { type: 'image/png' });

test('a photo that nobody wants is given up after five minutes', async () => {
  const { alice, network, clock, close } = await twoSessions();
  const shared = expect(sharePhoto(alice, photo)).rejects.toMatchObject({ code: 'offer-expired' });
  await network.link?.log.until(({ message }) => message?.type === 'offer-file');
  await clock.advanceAsync(5 * 60_000);
  await shared;
  close();
});
