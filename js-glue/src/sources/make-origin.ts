import { BlobReader } from '../files/blob-reader.js';
import type { Origin, OriginParts } from '../transfers/ports.js';
import { BlobOrigin } from './blob-origin.js';
import { HashedOrigin } from './hashed-origin.js';
import { StreamOrigin } from './stream-origin.js';

/** Makes an origin anew, of so many bytes. */
export function makeOrigin(parts: OriginParts, size: number): Origin {
  if ('blob' in parts) return { open: (start) => new BlobReader(parts.blob, start) };
  const origin =
    'file' in parts ? new BlobOrigin(parts.file, parts.handle) : new StreamOrigin({ stream: parts.stream, size });
  return parts.isHashed ? new HashedOrigin(origin, size) : origin;
}
