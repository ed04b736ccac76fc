import type { Clock, IceServers, PeerSessionOptions } from '../api/options.js';
import { DeadlineTimer } from '../basics/deadline-timer.js';
import { Deferred } from '../basics/deferred.js';
import { isThenable } from '../basics/thenable.js';
import { requireArray, requireObject } from '../session/arguments.js';

/**
 * What the next connection, or the next round of ICE, is to be made with: the same object as before where that is all the same. In this
 * turn, unless the application is asked and does not answer at once. Never rejects: `failed` is told why, and what was last right stands.
 */
export type Configure = (failed: (cause: unknown) => void) => RTCConfiguration | Promise<RTCConfiguration>;

/** How long the application may take to name its servers, in milliseconds: some connections are given up after six seconds. */
const patience = 5_000;

export function configureWith(
  given: IceServers,
  others: PeerSessionOptions['rtcConfiguration'],
  clock: Clock,
): Configure {
  const configured = (iceServers: RTCIceServer[]): RTCConfiguration => ({ ...others, iceServers });
  if (typeof given !== 'function') {
    const always = configured(given);
    return () => always;
  }
  let last = configured([]);
  const take = (answer: unknown): RTCConfiguration => {
    requireServers(answer, 'what iceServers() returns');
    return (last = configured(answer));
  };
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

/** What stands in each, the connection itself checks. @throws TypeError that names it. */
export function requireServers(value: unknown, name: string): asserts value is RTCIceServer[] {
  for (const [index, server] of requireArray(value, name, 'an array of RTCIceServer').entries()) {
    requireObject(server, `${name}[${String(index)}]`);
  }
}
