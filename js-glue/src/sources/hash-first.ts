import type { Bytes } from '../basics/bytes.js';
import type { Source } from '../transfers/ports.js';
import type { BlobOrigin } from './blob-origin.js';
import { Fault } from './fault.js';
import { newHash } from './new-hash.js';
import type { Offering } from './offering.js';
import { within } from './within.js';

const block = 4 * 1024 * 1024;

type Hashing = Pick<Offering, 'options' | 'hash' | 'session' | 'hooks'>;

const isOver = ({ session, hooks }: Hashing): boolean => session.state === 'closed' || hooks?.isWanted() === false;

/** One file at a time, in all sessions of a page: each may take 64 MiB of memory meanwhile. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * The SHA-256 of a file that is to be offered with it; undefined when nobody wants it any more. Rejects with a `Fault`.
 *
 * @param isWhole - In one piece, which platforms hash faster. Else piece by piece.
 */
export function hashFirst(origin: BlobOrigin, isWhole: boolean, hashing: Hashing): Promise<string | undefined> {
  const work = turn.then(() => hashNow(origin, isWhole, hashing));
  turn = work.catch(() => undefined);
  return work;
}

async function hashNow(origin: BlobOrigin, isWhole: boolean, hashing: Hashing): Promise<string | undefined> {
  const { options } = hashing;
  const { size } = origin.blob;
  const source = origin.open(0);
  try {
    if (isWhole) {
      const content = new Uint8Array(size);
      const isRead = await readAll(source, size, hashing, (bytes, at) => {
        content.set(bytes, at);
      });
      return isRead ? await within(options, 'hash-failed', hashing.hash(content, options.digest)) : undefined;
    }
    const hash = await newHash();
    const isRead = await readAll(source, size, hashing, (bytes) => {
      hash.update(bytes);
    });
    return isRead ? hash.digest() : undefined;
  } catch (cause) {
    throw cause instanceof Fault ? cause : new Fault('hash-failed', cause);
  } finally {
    source.cancel();
  }
}

async function readAll(
  source: Source,
  size: number,
  hashing: Hashing,
  add: (bytes: Bytes, at: number) => void,
): Promise<boolean> {
  for (let at = 0; at < size;) {
    if (isOver(hashing)) return false;
    const end = Math.min(at + block, size);
    await within(hashing.options, 'read-timeout', source.readTo(end));
    add(source.take(end - at), at);
    at = end;
  }
  return !isOver(hashing);
}
