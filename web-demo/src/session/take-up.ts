import { PeerSessionError, type PullOptions, type Sink } from 'peer-session/transfers';
import { BlobSink } from './blob-sink.js';
import type { Offer } from './model.js';

/** What is smaller comes into memory, which has the fastest hash, and anew when it was cancelled: that costs a moment. */
const LARGE = 16 * 1024 * 1024;

type To = PullOptions['to'];

/**
 * Where an accepted file goes, so that it is taken up at the byte when it was cancelled and is wanted after all: sinks would keep what they
 * have for a lost connection only.
 *
 * @param to - Where the saver wants it; nothing: into memory.
 */
export function takenUp(to: To, { size, mime }: Offer): To {
  if (!to) return size > LARGE ? new BlobSink(mime) : null;
  const sink = 'sink' in to ? to.sink() : to;
  if (!('finish' in sink) || !sink.keep) return to;
  const abort = sink.abort.bind(sink);
  const keep = sink.keep.bind(sink);
  sink.abort = (reason) => (isCancelled(reason) ? keep(reason) : abort(reason));
  return sink satisfies Sink;
}

/** A person has given it up, and may think better of it. */
export const isCancelled = (reason: unknown): boolean =>
  reason instanceof PeerSessionError && reason.code === 'cancelled';
