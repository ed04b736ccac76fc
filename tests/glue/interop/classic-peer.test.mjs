// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { hashOf, KiB, makeFile, unreadableBlob } from '../support/files.mjs';

const sizes = [1, 16 * KiB - 1, 16 * KiB, 16 * KiB + 1, 300_000];
const files = sizes.map((size, index) => makeFile(size, { seed: index + 1 }));

for (const chunkSize of [16 * KiB, 64 * KiB, 256 * KiB, 1000, 16 * KiB + 1, 99_991]) {
  test(`files of a classic peer arrive in chunks of ${chunkSize} bytes`, async () => {
    const { session, classic, ...party } = await connectClassic({
      chunkSize,
      on: { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) },
    });
    for (const file of files) classic.offer(file, { isPinned: true, ttl: 60, originalSenderId: 'carol' });
    await party.log.untilAll((entries) => entries.filter(({ kind }) => kind === 'image').length === files.length);
    const images = party.log.entries.filter(({ kind }) => kind === 'image');
    for (const [index, image] of images.entries()) {
      assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), files[index].bytes);
      assert.equal(image.blob.fileHash, files[index].hash);
      assert.deepEqual(
        [image.blob.type, image.isPinned, image.name, image.ttl, image.originalSenderId],
        ['image/png', true, files[index].name, 60, 'carol'],
      );
    }
    session.close();
  });
}

for (const maxMessageSize of [16 * KiB, 64 * KiB, 256 * KiB, 10_007]) {
  test(`a classic peer receives files in chunks of ${maxMessageSize} bytes`, async () => {
    const { session, classic } = await connectClassic({ options: { maxMessageSize } });
    const ids = files.map((file) => session.sendImage(file.blob, file.hash, true, file.name, 60, 'carol'));
    await classic.log.untilAll(() => classic.of('offer').length === files.length);
    for (const id of ids) classic.pull(id);
    await classic.log.untilAll(() => classic.of('image').length === files.length);
    for (const [index, { meta, bytes }] of classic.of('image').entries()) {
      assert.deepEqual(new Uint8Array(bytes), files[index].bytes);
      assert.deepEqual(
        [meta.transferId, meta.name, meta.isPinned, meta.ttl, meta.originalSenderId],
        [ids[index], files[index].name, true, 60, 'carol'],
      );
    }
    assert.deepEqual(classic.of('transfer-error'), []);
    session.close();
  });
}

for (const classicStarts of [false, true]) {
  test(`old and new connect by their own signals, ${classicStarts ? 'the old' : 'the new'} side first, and files go both ways`, async () => {
    const { session, classic, ...party } = await connectClassic({
      classicStarts,
      on: { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) },
    });
    const [mine, theirs] = [makeFile(70_000, { seed: 1 }), makeFile(80_000, { seed: 2 })];
    classic.offer(theirs);
    session.sendImage(mine.blob, mine.hash);
    const { message } = await classic.log.until(({ kind }) => kind === 'offer');
    classic.pull(message.transferId);
    const [{ bytes }, { blob }] = await Promise.all([
      classic.log.until(({ kind }) => kind === 'image'),
      party.log.until(({ kind }) => kind === 'image'),
    ]);
    assert.deepEqual(new Uint8Array(bytes), mine.bytes);
    assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), theirs.bytes);
    assert.deepEqual([classic.of('signal-error'), party.log.entries.filter(({ kind }) => kind === 'error')], [[], []]);
    session.close();
  });
}

test('both directions run at once with a classic peer', async () => {
  const { session, classic, ...party } = await connectClassic({
    link: { bytesPerTurn: 40_000 },
    on: { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) },
  });
  for (const file of files) {
    classic.offer(file);
    session.sendImage(file.blob, file.hash);
  }
  await classic.log.untilAll(() => classic.of('offer').length === files.length);
  for (const { message } of classic.of('offer')) classic.pull(message.transferId);
  await party.log.untilAll((entries) => entries.filter(({ kind }) => kind === 'image').length === files.length);
  await classic.log.untilAll(() => classic.of('image').length === files.length);
  assert.deepEqual([classic.of('transfer-error'), party.log.entries.filter((e) => e.kind === 'error')], [[], []]);
  session.close();
});

test('small messages go both ways between the package and a classic peer', async () => {
  const { session, classic, ...party } = await connectClassic();
  const [aa, bb, cc, dd, ee] = ['aa', 'bb', 'cc', 'dd', 'ee'].map(hashOf);
  session.lastSeen = 0;
  session.sendPing();
  session.requestSync();
  session.sendInventory([aa, bb]);
  session.requestFile(cc);
  await classic.log.until(({ kind }) => kind === 'request-file');
  assert.deepEqual(
    classic.log.entries
      .filter(({ kind, message }) => !['signal', 'connected'].includes(kind) && message?.type !== 'hello')
      .map(({ kind, message }) => [kind, message?.hashes ?? message?.hash]),
    [
      ['sync-request', undefined],
      ['inventory', [aa, bb]],
      ['request-file', cc],
    ],
  );
  classic.ping();
  classic.requestSync();
  classic.sendInventory([dd]);
  classic.requestFile(ee);
  const asked = await party.log.until(({ kind }) => kind === 'file-requested');
  await classic.log.until(({ kind }) => kind === 'pong');
  const events = party.log.entries.filter(({ kind }) => kind === 'event').map(({ type, data }) => [type, data]);
  assert.deepEqual(
    [asked.hash, events],
    [
      ee,
      [
        ['connected', undefined],
        ['sync-request', undefined],
        ['inventory', [dd]],
      ],
    ],
  );
  assert.ok(session.lastSeen > 0);
  session.close();
});

test('an unreadable file costs a classic peer its timer, and the queue goes on', async () => {
  const { session, classic, clock } = await connectClassic();
  const good = makeFile(50_000, { seed: 9 });
  const bad = session.sendImage(unreadableBlob(20_000), good.hash);
  const next = session.sendImage(good.blob, good.hash);
  await classic.log.untilAll(() => classic.of('offer').length === 2);
  classic.pull(bad);
  classic.pull(next);
  await classic.log.until(({ kind }) => kind === 'image');
  assert.deepEqual(
    classic.of('unknown').flatMap(({ message }) => (message.type === 'hello' ? [] : [message])),
    [{ type: 'transfer-abort', transferId: bad, reason: 'unreadable' }],
  );
  clock.advance(15_000);
  assert.deepEqual(
    classic.of('transfer-error').map(({ transferId }) => transferId),
    [bad],
  );
  session.close();
});

test('a session that closes tells a classic peer, whose pulls then time out', async () => {
  const { session, classic, clock, link } = await connectClassic({ link: { bytesPerTurn: 1000 } });
  const file = makeFile(100_000);
  const id = session.sendImage(file.blob, file.hash);
  await classic.log.until(({ kind }) => kind === 'offer');
  classic.pull(id);
  const closed = new Promise((resolve) => link.b.addEventListener('close', resolve, { once: true }));
  session.close();
  await closed;
  clock.advance(30_000);
  assert.equal(classic.of('transfer-error').length, 1);
});

test('a classic peer receives what sendFile offers, and hears nothing that it does not know', async () => {
  const { session, classic, clock } = await connectClassic();
  const file = makeFile(100_000);
  const stream = { stream: file.blob.stream(), size: file.bytes.length, name: 'stream.bin' };
  const unhashed = session.sendFile({ stream: file.blob.stream(), size: file.bytes.length });
  // It waits to know the peer.
  while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(5000);
  assert.equal(await unhashed, undefined);
  const ids = [
    await session.sendFile(file.blob),
    await session.sendFile(stream, { hash: file.hash }),
    await session.sendFile(new File([file.blob], 'cat.png', { type: 'image/png' })),
  ];
  await classic.log.untilAll(() => classic.of('offer').length === ids.length);
  for (const id of ids) classic.pull(id);
  await classic.log.untilAll(() => classic.of('image').length === ids.length);
  for (const { meta, bytes } of classic.of('image')) {
    assert.equal(meta.hash, file.hash);
    assert.deepEqual(new Uint8Array(bytes), file.bytes);
  }
  assert.deepEqual(
    classic.of('unknown').map(({ message }) => message.type),
    ['hello'],
  );
  session.close();
});
