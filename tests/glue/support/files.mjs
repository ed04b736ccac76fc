// @ts-check
import { createHash } from 'node:crypto';

export const KiB = 1024;
export const MiB = 1024 * 1024;

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

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

/** A Blob of which no byte can be read, as when its file was deleted after it was chosen. */
export function unreadableBlob(size) {
  const blob = new Blob([], { type: 'image/png' });
  const arrayBuffer = () => Promise.reject(new DOMException('The file could not be read', 'NotReadableError'));
  return Object.defineProperties(blob, {
    size: { value: size },
    slice: { value: () => blob },
    arrayBuffer: { value: arrayBuffer },
  });
}

/** A Blob whose reads wait until the test opens the gate. */
export function gatedBlob(blob) {
  let open = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(undefined)));
  const gated = new Blob([blob], { type: blob.type });
  const counts = { reads: 0 };
  const behindGate = (part) => async () => {
    counts.reads += 1;
    await gate;
    return part.arrayBuffer();
  };
  const slice = (start, end) => ({ arrayBuffer: behindGate(blob.slice(start, end)) });
  Object.defineProperties(gated, { slice: { value: slice }, arrayBuffer: { value: behindGate(blob) } });
  return { blob: gated, open, counts };
}
