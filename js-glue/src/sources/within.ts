import { systemClock, type PeerSessionOptions } from '../api/options.js';
import { Fault } from './fault.js';

/** As long as the engine waits for a block. */
const defaultPatience = 10_000;

/** The same, or a rejection with that reason when it takes longer: before there is an offer, the engine has no deadline for it. */
export async function within<T>(
  { clock = systemClock, readTimeout = defaultPatience }: PeerSessionOptions,
  reason: 'read-timeout' | 'hash-failed',
  work: PromiseLike<T>,
): Promise<T> {
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => {
      reject(new Fault(reason));
    }, readTimeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
