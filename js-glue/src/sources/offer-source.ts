import type { Origin } from '../transfers/ports.js';
import type { OfferedFile } from '../transfers/uploads.js';
import { BlobOrigin } from './blob-origin.js';
import { describeSource, isStream, type Checks } from './describe-source.js';
import { Fault } from './fault.js';
import { hashFirst } from './hash-first.js';
import { HashedOrigin } from './hashed-origin.js';
import type { Offering } from './offering.js';
import { StreamOrigin } from './stream-origin.js';
import { within } from './within.js';

/** Smaller files are offered with their hash: that is known in a moment, and whoever has the content need not be sent it. */
const largestHashedFirst = 64 * 1024 * 1024;

/**
 * The id of the offer; undefined when none could be made, which has been told. Loaded with the first `sendFile`.
 *
 * @throws TypeError for a wrong argument.
 */
export async function offerSource(
  value: unknown,
  options: unknown,
  checks: Checks,
  offering: Offering,
): Promise<string | undefined> {
  const { source, file, isHashedFirst } = describeSource(value, options, checks);
  if (offering.hooks?.extra !== undefined) file.extra = offering.hooks.extra;
  try {
    return isStream(source)
      ? await offerStream(new StreamOrigin(source), source.size, file, offering)
      : await offerBlob(await toBlobOrigin(source, offering), file, isHashedFirst, offering);
  } catch (cause) {
    // What else is thrown here, a clock or a Blob of another implementation has thrown.
    const fault = cause instanceof Fault ? cause : new Fault('unreadable', cause);
    offering.fail(fault.reason, fault.cause);
    return undefined;
  }
}

async function toBlobOrigin(source: Blob | FileSystemFileHandle, { options }: Offering): Promise<BlobOrigin> {
  if (!('getFile' in source)) return new BlobOrigin(source);
  return new BlobOrigin(await within(options, 'read-timeout', source.getFile()), source);
}

async function offerBlob(
  origin: BlobOrigin,
  given: OfferedFile,
  isHashedFirst: boolean,
  offering: Offering,
): Promise<string | undefined> {
  const { size, type } = origin.blob;
  const file = { ...given, mime: given.mime || type };
  const isLarge = size > largestHashedFirst;
  if (file.hash === '' && isLarge && !isHashedFirst && (await takesTrailingHash(offering))) {
    const offered = await offer(new HashedOrigin(origin, size), size, file, offering);
    if (offered !== 'hash-required') return offered;
  }
  if (file.hash === '') {
    const hash = await hashFirst(origin, !isLarge, offering);
    if (hash === undefined) return undefined;
    file.hash = hash;
  }
  return await offer(origin, size, file, offering);
}

async function offerStream(
  origin: StreamOrigin,
  size: number,
  file: OfferedFile,
  offering: Offering,
): Promise<string | undefined> {
  const isHashed = file.hash !== '';
  try {
    // Of what is said to be empty nothing is ever read.
    if (size === 0) await within(offering.options, 'read-timeout', origin.readTo(0));
    if (!isHashed && !(await takesTrailingHash(offering))) throw new Fault('hash-required');
  } catch (fault) {
    origin.release();
    throw fault;
  }
  const offered = await offer(isHashed ? origin : new HashedOrigin(origin, size), size, file, offering);
  if (offered !== undefined && offered !== 'hash-required') return offered;
  origin.release();
  if (offered !== undefined) offering.fail(offered);
  return undefined;
}

async function takesTrailingHash({ driver, hooks }: Offering): Promise<boolean> {
  await hooks?.connected();
  return driver.peerKnown();
}

/** Its id, or `hash-required`. Undefined: there is no offer, and why not has been told. */
async function offer(
  origin: Origin,
  size: number,
  file: OfferedFile,
  { session, driver, fail, hooks }: Offering,
): Promise<string | undefined> {
  // It may have been lost while the file was hashed.
  await hooks?.connected();
  if (hooks?.isWanted() === false) return undefined;
  const offered = session.isConnected ? driver.offer(origin, size, file, hooks?.transferId) : undefined;
  if (typeof offered === 'string') return offered;
  if (offered?.code === 'hash-required') return offered.code;
  // What became an offer, and ended at once, has been told by the engine.
  if (offered?.transferId === undefined) fail('not-open');
  return undefined;
}
