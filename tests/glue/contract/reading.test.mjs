// @ts-check
// How offered files are read, seen from both ends: what the browser is asked for, and what arrives.
import assert from 'node:assert/strict';
import test from 'node:test';
import { blobFrom, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const file = makeFile(3 * MiB + 7);
const next = makeFile(10, { seed: 2 });
const content = (start, end) => file.blob.slice(start, end).arrayBuffer();

/** Offers a blob and then a good file, pulls both; returns how they ended, by transferId. */
async function transferWith(blob) {
  const { a, b } = await connectPair({ a: { options: { blockSize: MiB } } });
  const ids = [a.session.sendImage(blob, file.hash), a.session.sendImage(next.blob, next.hash)];
  for (const id of ids) b.session.pullFile(/** @type {string} */ (id));
  await b.untilSettled(2);
  const ends = Object.fromEntries(b.ends());
  return { ends: ids.map((id) => ends[/** @type {string} */ (id)]), sender: a, receiver: b };
}

for (const step of [1, 700, 100 * KiB, MiB, 5 * MiB]) {
  const size = step === 1 ? 5000 : file.bytes.length;
  test(`a file that the browser reads in pieces of ${step} bytes arrives whole`, async () => {
    const part = makeFile(size, { seed: 3 });
    const { a, b } = await connectPair({ a: { options: { blockSize: size - 1 } } });
    const blob = blobFrom(size, (start, end) => part.blob.slice(start, end).arrayBuffer(), { step });
    b.session.pullFile(/** @type {string} */ (a.session.sendImage(blob, part.hash)));
    await b.untilSettled(1);
    const [image] = b.of('image');
    assert.deepEqual(Buffer.compare(Buffer.from(await image.blob.arrayBuffer()), Buffer.from(part.bytes)), 0);
  });
}

const spoilt = (stream) => Object.defineProperty(blobFrom(file.bytes.length, content), 'stream', { value: stream });
const streamOf = (...pieces) =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
for (const [what, stream] of /** @type {[string, () => unknown][]} */ ([
  ['ends early', () => streamOf(file.bytes.subarray(0, -1))],
  ['brings more than its size', () => streamOf(new Uint8Array(file.bytes.length + 1))],
  ['brings text instead of bytes', () => streamOf('x'.repeat(file.bytes.length))],
  [
    'cannot be opened',
    () => {
      throw new TypeError('no stream today');
    },
  ],
])) {
  test(`a file whose stream ${what} fails alone`, async () => {
    const { ends, sender } = await transferWith(spoilt(stream));
    assert.deepEqual(ends, ['aborted-by-peer', 'image']);
    assert.ok(sender.of('transferend').some(({ event }) => event.error?.code === 'unreadable'));
  });
}

test('close() lets go of the stream that is being read', async () => {
  const { session, peer, link } = await connectRaw({ options: { blockSize: MiB } });
  const cancelled = new Promise((resolve) => {
    const pull = (controller) => controller.enqueue(new Uint8Array(64 * KiB));
    const stream = () => new ReadableStream({ pull, cancel: resolve });
    peer.say({ type: 'pull-request', transferId: session.sendImage(/** @type {any} */ (spoilt(stream)), file.hash) });
  });
  await link.log.until(({ bytes }) => bytes !== undefined);
  session.close();
  await cancelled;
});
