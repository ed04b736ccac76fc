// A pull that goes to where the application wants it.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { codeOf, makePair, nextIncoming } from '../support/transfers.mjs';

test('into a stream, which is closed when the file is whole', async () => {
  const { a, b } = makePair();
  const file = makeFile(200_000);
  a.offer(file.blob);
  const chunks = [];
  let isClosed = false;
  const to = new WritableStream({
    write: (chunk) => void chunks.push(chunk),
    close: () => void (isClosed = true),
  });
  assert.equal(await (await nextIncoming(b)).pull({ to }), undefined);
  assert.ok(isClosed);
  assert.deepEqual(new Uint8Array(Buffer.concat(chunks)), file.bytes);
});

test('into a sink: the pull gives what its finish returns', async () => {
  const { a, b } = makePair();
  const file = makeFile(5_000);
  a.offer(file.blob);
  const written = [];
  const incoming = await nextIncoming(b);
  const result = await incoming.pull({
    to: {
      write: (chunk, at) => void written.push([at, chunk.length]),
      finish: (hash) => ({ saved: hash }),
      abort: () => {},
    },
  });
  assert.deepEqual(result, { saved: file.hash });
  assert.deepEqual(written, [[0, 5_000]]);
  assert.equal(incoming.state, 'received');
});

test('a sink that fails ends the pull with its cause, and the other side hears of it', async () => {
  const { a, b } = makePair();
  const offer = a.offer(makeFile(5_000).blob);
  const full = new Error('full');
  const pull = (await nextIncoming(b)).pull({
    to: {
      write: () => Promise.reject(full),
      finish: () => {},
      abort: () => {},
    },
  });
  await assert.rejects(() => pull, { code: 'store-failed', cause: full });
  assert.equal(await codeOf(offer.done), 'aborted-by-peer');
});

test('a hash that follows its file is known at the end', async () => {
  const { a, b } = makePair();
  const file = makeFile(100_000);
  a.offer({ stream: file.blob.stream(), size: 100_000, name: 'tape' });
  const incoming = await nextIncoming(b);
  assert.equal(incoming.hash, undefined);
  await incoming.pull();
  assert.equal(incoming.hash, file.hash);
});
