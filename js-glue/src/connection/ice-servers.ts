import type { Clock, IceServers, PeerSessionOptions } from '../api/options.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';
import { Deferred } from '../basics/deferred.js';
import { isThenable } from '../basics/thenable.js';

/**
 * What the next connection, or the next round of ICE, is to be made with: the same object as before where that is all the same. In this
 * turn, unless the application is asked and does not answer at once. Never rejects: `failed` is told why, and what was last right stands.
 */
export type Configure = (failed: (cause: unknown) => void) => RTCConfiguration | Promise<RTCConfiguration>;

/** How long the application may take to name its servers, in milliseconds: some connections are given up after six seconds. */
const patience = 5_000;

/** @param check - Throws for what are no servers. */
export function configureWith(
  given: IceServers,
  others: PeerSessionOptions['rtcConfiguration'],
  clock: Clock,
  check: (answer: unknown) => RTCIceServer[],
): Configure {
  const configured = (iceServers: RTCIceServer[]): RTCConfiguration => ({ ...others, iceServers });
  if (typeof given !== 'function') {
    const always = configured(given);
    return () => always;
  }
  let last = configured([]);
  const take = (answer: unknown): RTCConfiguration => (last = configured(check(answer)));
  return (failed) => {
    const asked = new Deferred<unknown>();
    const timer = new DeadlineTimer(clock, () => {
      asked.reject(new Error('iceServers() did not answer in time.'));
    });
    try {
      const answer = given();
      if (!isThenable(answer)) return take(answer);
      timer.arm(clock.now() + patience);
      answer.then(asked.resolve, asked.reject);
    } catch (cause) {
      // Told in another turn, when somebody may listen.
      asked.reject(cause as Error);
    }
    return asked.promise
      .then(take)
      .catch((cause: unknown) => {
        failed(cause);
        return last;
      })
      .finally(() => {
        timer.cancel();
      });
  };
}
