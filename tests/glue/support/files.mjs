// @ts-check
import { createHash } from 'node:crypto';

export const KiB = 1024;
export const MiB = 1024 * 1024;

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A hash like any other, of a content that is never sent. */
export const hashOf = (name) => sha256(Buffer.from(name));

/** Bytes that differ from place to place and from file to file, so that a mix-up shows. */
export function bytesOf(size, seed = 1) {
  const bytes = new Uint8Array(size);
  let state = (seed * 2_654_435_761 + size) >>> 0;
  for (let index = 0; index < size; index++) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** @returns {{bytes: Uint8Array, blob: Blob, hash: string, name: string}} */
export function makeFile(size, { seed = 1, type = 'image/png', name = `file-${seed}.png` } = {}) {
  const bytes = bytesOf(size, seed);
  return { bytes, blob: new Blob([/** @type {any} */ (bytes)], { type }), hash: sha256(bytes), name };
}

/** A Blob whose content comes from `pull`, which is asked for one range after the other, up to `step` bytes each. */
export function blobFrom(size, pull, { type = 'image/png', step = 64 * KiB } = {}) {
  const stream = () => {
    let at = 0;
    const next = async (controller) => {
      const end = Math.min(at + step, size);
      if (at < end) controller.enqueue(new Uint8Array(await pull(at, end)));
      if (end === size) controller.close();
      at = end;
    };
    return new ReadableStream({ pull: next }, { highWaterMark: 0 });
  };
  return Object.defineProperties(new Blob([], { type }), {
    size: { value: size },
    stream: { value: stream, configurable: true },
    arrayBuffer: { value: async () => new Uint8Array(await pull(0, size)).buffer },
    slice: {
      value: (from = 0, to = size) =>
        blobFrom(to - from, (start, end) => pull(from + start, from + end), { type, step }),
    },
  });
}

/** A Blob of which no byte from `from` on can be read, as when its file was deleted after it was chosen. */
export function unreadableBlob(size, { from = 0, blob = new Blob([]) } = {}) {
  return blobFrom(size, (start, end) => {
    if (end > from) throw new DOMException('The file could not be read', 'NotReadableError');
    return blob.slice(start, end).arrayBuffer();
  });
}

/** A Blob whose reads wait until the test opens the gate. */
export function gatedBlob(blob) {
  let open = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(undefined)));
  const counts = { reads: 0 };
  const read = async (start, end) => {
    counts.reads += 1;
    await gate;
    return blob.slice(start, end).arrayBuffer();
  };
  return { blob: blobFrom(blob.size, read, { type: blob.type }), open, counts };
}
