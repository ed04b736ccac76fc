import type { MockLink } from './mock-link.js';
import { turn } from './turn.js';
import type { VirtualClock } from './virtual-clock.js';

/** How fast bytes flow, and how time passes with them. */
export interface FlowOptions {
  /** Either way. 0: nothing arrives. Default: no bound. */
  bytesPerSecond?: number;
  /** Milliseconds that pass at a time. Default 100. */
  step?: number;
  /** Milliseconds after which it is an error that it is not so. Default one hour. */
  within?: number;
}

/**
 * Lets virtual time pass and bytes flow over a link with `drain: 'manual'` until it is so: minutes of a slow path take a moment.
 * Resolves with the milliseconds that it took, and rejects with an `Error` when they are more than `within`. A message arrives when it
 * is whole, as on SCTP.
 *
 * Nothing on such a path may take real time, or virtual time runs ahead of it: pass sessions a `digest` that answers at once.
 */
export async function flow(
  { link, clock }: { link: MockLink; clock: VirtualClock },
  isSo: () => boolean,
  { bytesPerSecond = Infinity, step = 100, within = 3_600_000 }: FlowOptions = {},
): Promise<number> {
  const began = clock.now();
  const bytes = bytesPerSecond === 0 ? 0 : (bytesPerSecond * step) / 1000;
  while (!isSo()) {
    if (clock.now() - began >= within) throw new Error(`it was not so within ${within} ms`);
    if (bytes > 0) {
      link.drain('a', bytes);
      link.drain('b', bytes);
    }
    clock.advance(step);
    await turn();
  }
  return clock.now() - began;
}
