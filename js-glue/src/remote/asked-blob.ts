import type { Bytes } from '../basics/bytes.js';

/** Reads that many bytes of it, from there on. */
export type Read = (at: number, length: number) => Promise<Bytes>;

/** As large as what is written into sinks: a message for each is little beside it. */
const largestRead = 1024 * 1024;

/** A file that only the page can read, with the parts of a Blob that reading takes. */
export function askedBlob(size: number, read: Read, start = 0): Blob {
  const stream = () => {
    let at = start;
    return {
      getReader: () => ({
        read: async (): Promise<{ done: boolean; value?: Bytes }> => {
          if (at === size) return { done: true };
          const value = await read(at, Math.min(largestRead, size - at));
          at += value.length;
          return { done: false, value };
        },
        cancel() {},
      }),
    };
  };
  const blob = { size: size - start, stream, slice: (from: number) => askedBlob(size, read, start + from) };
  return blob as unknown as Blob;
}
