import type { FileSource, SendFileOptions, StreamSource } from '../api/source.js';
import { toWellFormed } from '../basics/text.js';
import type { OfferedFile } from '../transfers/uploads.js';

/** The session's own checks of what its methods are given: each throws the TypeError of a wrong argument. */
export interface Checks {
  requireObject(value: unknown, name: string, what?: string): object;
  requireBlob(value: unknown, name: string): Blob;
  optionalText(value: unknown, name: string): string | undefined;
  optionalNumber(value: unknown, name: string): number | undefined;
}

/** Where a file comes from, and what is said of it; an empty hash is not known. */
export interface DescribedSource {
  source: FileSource;
  file: OfferedFile;
  isHashedFirst: boolean;
}

/** Checks what `sendFile` was given. */
export function describeSource(value: unknown, options: unknown, checks: Checks): DescribedSource {
  const source = requireSource(value, checks);
  const given: SendFileOptions = checks.requireObject(options ?? {}, 'given');
  const hash = checks.optionalText(given.hash, 'given.hash');
  const { name, type } = source as { name?: unknown; type?: unknown };
  return {
    source,
    isHashedFirst: given.hashFirst === true,
    file: {
      name: checks.optionalText(given.name, 'given.name') || textOr(name, 'file'),
      mime: checks.optionalText(given.mime, 'given.mime') ?? textOr(type, ''),
      // An empty one is refused as no hash.
      hash: hash === '' ? ' ' : (hash ?? ''),
      isPinned: given.isPinned === true,
      ttl: checks.optionalNumber(given.ttl, 'given.ttl'),
      originalSenderId: checks.optionalText(given.originalSenderId, 'given.originalSenderId'),
    },
  };
}

/** By what it can do. A file's handle may refuse its file, later. */
function requireSource(value: unknown, checks: Checks): FileSource {
  const source = checks.requireObject(value, 'source', 'a Blob, a FileSystemFileHandle or a stream') as
    FileSystemFileHandle | StreamSource | Blob;
  if ('getFile' in source) return source;
  if (!isStream(source)) return checks.requireBlob(source, 'source');
  const { stream, size } = source;
  const isFree = typeof (stream as Partial<ReadableStream> | null)?.getReader === 'function' && !stream.locked;
  if (!isFree) throw new TypeError('source.stream must be a ReadableStream that is not in use');
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError('source.size must be a number of bytes');
  return source;
}

/** A Blob's is a method. */
export function isStream(source: FileSource): source is StreamSource {
  return 'stream' in source && typeof source.stream !== 'function';
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? toWellFormed(value) : otherwise;
}
