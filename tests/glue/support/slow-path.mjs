// @ts-check
// Two sessions on a path of a given rate, in virtual time: minutes of it take a moment, and no test waits.
//
// Nothing on such a path may take real time, or virtual time runs ahead of it: hence files that are read, and a digest that
// answers, within the turn of the event loop that asks.
import { createHash } from 'node:crypto';
import { flow } from 'peer-session/testing';
import { connectPair } from './sessions.mjs';

export { flow };

/** In bytes a second. */
export const megabits = (count) => (count * 1_000_000) / 8;
export const seconds = (count) => count * 1000;

/** For the option `digest`. */
export const digestAtOnce = async (content) => new Uint8Array(createHash('sha256').update(content).digest()).buffer;

/** A session that pulls whatever it is offered. */
export const pullsAll = { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) };

/**
 * As connectPair, but nothing moves outside of `flow`. There is one connection: each of the mock's has the rate for itself, which is
 * what loss is like, and so further ones would be opened.
 */
export async function connectSlowPair({ link = {}, a = {}, b = {} } = {}) {
  const given = (own) => ({
    ...own,
    options: { digest: digestAtOnce, maxLanes: 0, .../** @type {any} */ (own).options },
  });
  return connectPair({ link: { ...link, drain: 'manual' }, a: given(a), b: given(b) });
}

/** Nothing flows for that long. */
export async function pause(path, milliseconds) {
  const end = path.clock.now() + milliseconds;
  await flow(path, () => path.clock.now() >= end, { bytesPerSecond: 0 });
}

/**
 * The file with a Blob that is read at once, unless `before` makes the read of a range wait.
 *
 * @param {any} file
 * @param {(start: number, end: number) => unknown} [before]
 */
export function readAtOnce(file, before) {
  const size = file.bytes.length;
  const read = async (start, end) => {
    await before?.(start, end);
    return file.bytes.slice(start, end).buffer;
  };
  const stream = () => {
    let at = 0;
    const pull = async (controller) => {
      const end = Math.min(at + 64 * 1024, size);
      if (at < end) controller.enqueue(new Uint8Array(await read(at, end)));
      if (end === size) controller.close();
      at = end;
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 });
  };
  const blob = Object.defineProperties(new Blob([], { type: file.blob.type }), {
    size: { value: size },
    stream: { value: stream },
    arrayBuffer: { value: () => read(0, size) },
    slice: {
      value: (from = 0, to = size) =>
        readAtOnce({ ...file, bytes: file.bytes.subarray(from, to) }, (start, end) =>
          before?.(from + start, from + end),
        ).blob,
    },
  });
  return { ...file, blob };
}

/** The same, but one read takes that long on the clock: that of the byte at `at`. */
export function readSlowly(file, clock, milliseconds, { at = 0 } = {}) {
  return readAtOnce(file, async (start, end) => {
    if (at < start || at >= end) return;
    await new Promise((resolve) => clock.setTimeout(() => resolve(undefined), milliseconds));
  });
}

/** Offers it as that side; the id. */
export const offer = (party, file) =>
  /** @type {string} */ (party.session.sendImage(file.blob, file.hash, false, file.name));
