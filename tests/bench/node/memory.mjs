// @ts-check
// What either side holds of a file, by its size; and how many chunks pass before the first progress and after close().
import { blobFrom } from '../../glue/support/files.mjs';
import { openSession } from './stand-ins.mjs';

const mib = 1024 * 1024;

/** The most bytes read from the Blob and not yet handed to a channel that drains one chunk per turn. */
async function sender(size) {
  let read = 0;
  let most = 0;
  const blob = blobFrom(
    size,
    (start, end) => {
      read += end - start;
      return new ArrayBuffer(end - start);
    },
    { step: mib },
  );
  const { session, channel } = await openSession({ options: { maxFileSize: 2 ** 40 } });
  channel.onBytes = (data) => {
    most = Math.max(most, read - (channel.bytes - data.byteLength));
    channel.bufferedAmount += data.byteLength;
  };
  const id = session.sendImage(blob, 'a'.repeat(64));
  const finished = new Promise((resolve) => session.addEventListener('transferend', () => resolve(undefined)));
  channel.hear(JSON.stringify({ type: 'pull-request', transferId: id }));
  let over = false;
  void finished.then(() => (over = true));
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    const before = channel.bufferedAmount;
    channel.bufferedAmount = Math.max(0, before - 262_144);
    if (before > channel.bufferedAmountLowThreshold && channel.bufferedAmount <= channel.bufferedAmountLowThreshold)
      channel.dispatchEvent(new Event('bufferedamountlow'));
  }
  session.close();
  return most;
}

/** The most ArrayBuffer bytes alive while a file arrives, above what was there before. */
async function receiver(size) {
  let arrived = () => {};
  const done = new Promise((resolve) => (arrived = () => resolve(undefined)));
  const { session, channel } = await openSession({ onImage: arrived, options: { maxFileSize: 2 ** 40 } });
  const content = Buffer.alloc(size);
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', content)).toString('hex');
  session.pullFile('file');
  channel.hear(JSON.stringify({ type: 'meta', transferId: 'file', name: '', mime: '', size, hash, isPinned: false }));
  globalThis.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let at = 0; at < size; at += 262_144) {
    channel.hear(new ArrayBuffer(Math.min(262_144, size - at)));
    if (at % (4 * mib) !== 0) continue;
    globalThis.gc?.();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  await done;
  session.close();
  return most;
}

/** Messages handed to the channel before the first progress event, and after close(). */
async function reactions() {
  const { session, channel } = await openSession();
  let first = -1;
  session.addEventListener('progress', () => {
    if (first < 0) first = channel.binaries;
  });
  const id = session.sendImage(new Blob([new Uint8Array(8 * mib)]), 'a'.repeat(64));
  channel.onBytes = (data) => (channel.bufferedAmount += data.byteLength);
  channel.hear(JSON.stringify({ type: 'pull-request', transferId: id }));
  while (first < 0) await new Promise((resolve) => setImmediate(resolve));
  session.close();
  const atClose = channel.binaries;
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));

  const incoming = await openSession();
  let heard = 0;
  let firstHeard = -1;
  incoming.session.addEventListener('progress', () => {
    if (firstHeard < 0) firstHeard = heard;
  });
  incoming.session.pullFile('file');
  incoming.channel.hear(
    JSON.stringify({ type: 'meta', transferId: 'file', name: '', mime: '', size: mib, hash: 'a'.repeat(64) }),
  );
  for (; heard < 4;) {
    heard += 1;
    incoming.channel.hear(new ArrayBuffer(16_384));
  }
  incoming.session.close();
  return { sendFirst: first, sendAfterClose: channel.binaries - atClose, receiveFirst: firstHeard };
}

const result = { sender: {}, receiver: {}, reactions: await reactions() };
for (const size of [1, 16, 256, 1024]) result.sender[size] = await sender(size * mib);
for (const size of [1, 16, 128]) result.receiver[size] = (await receiver(size * mib)) / (size * mib);
process.stdout.write(JSON.stringify(result));
