// @ts-check
// With Node's own runner: node --test share-photo.node.mjs
import assert from 'node:assert/strict';
import test from 'node:test';
import { sharePhoto } from './share-photo.mjs';
import { twoSessions } from './two-sessions.mjs';

const photo = new File([new Uint8Array(100_000)], 'cat.png', { type: 'image/png' });

test('a shared photo arrives', async () => {
  const { alice, arrived, close } = await twoSessions((session, offer) => session.pullFile(offer.transferId));
  await sharePhoto(alice, photo);
  assert.deepEqual([arrived[0]?.name, arrived[0]?.blob.size], ['cat.png', 100_000]);
  close();
});

test('a photo outlives a connection that is lost in the middle of it', async () => {
  const { alice, arrived, network, close } = await twoSessions((session, offer) => session.pullFile(offer.transferId));
  network.link?.faultAfter('a', 50_000, 'error');
  await sharePhoto(alice, photo);
  assert.equal(arrived.length, 1);
  assert.equal(network.connections.length, 4, 'each side made another one');
  close();
});
