import { toWellFormed } from '../basics/text.js';
import type { OfferedFile } from '../transfers/uploads.js';
import { optionalNumber, optionalText, requireText } from './arguments.js';

const defaultName = 'image.png';

/** What the caller may say of a file beside its content. */
interface Details {
  isPinned: boolean;
  name: string | undefined;
  ttl: number | undefined;
  originalSenderId: string | undefined;
}

/** Checks what `sendImage` was given; throws the TypeError of a wrong argument. */
export function describeOffer(blob: Blob, hash: string, details: Details): OfferedFile {
  return {
    name: optionalText(details.name, 'name') || toWellFormed(nameOf(blob)),
    // Not of every other implementation.
    mime: toWellFormed(typeof (blob.type as unknown) === 'string' ? blob.type : ''),
    // An empty one is of the right type, and refused as no hash like others; nothing at all would mean that it follows.
    hash: hash === '' ? ' ' : requireText(hash, 'hash'),
    isPinned: details.isPinned,
    ttl: optionalNumber(details.ttl, 'ttl'),
    originalSenderId: optionalText(details.originalSenderId, 'originalSenderId'),
  };
}

function nameOf(blob: Blob): string {
  const { fileName, name } = blob as { fileName?: unknown; name?: unknown };
  for (const candidate of [fileName, name]) {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
  }
  return defaultName;
}
