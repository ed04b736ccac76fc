import { PeerSessionError } from 'peer-session/transfers';
import { isNoRoom } from '../saving/room.js';
import type { Failure } from './model.js';

/** The other side's word for an own offer that it does not want, or not any more. */
const BY_PEER: ReadonlyMap<string | undefined, Failure['state']> = new Map([
  ['cancelled', 'cancelled'],
  ['withdrawn', 'cancelled'],
  ['declined', 'declined'],
]);

/** What has become of a transfer, in the page's words, from what the library threw or a sink did. */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof PeerSessionError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { state: 'failed', code: 'unknown', message };
  }
  const { code, message, peerReason, cause } = thrown;
  if (isNoRoom(cause)) return { state: 'failed', code: 'no-room', message };
  if (code === 'cancelled' || code === 'withdrawn') return { state: 'cancelled', by: 'me', code, message };
  const state = code === 'aborted-by-peer' ? BY_PEER.get(peerReason) : undefined;
  return state ? { state, by: 'peer', code, message } : { state: 'failed', code, message };
}

/** What was nobody's will: it goes on by itself when the two are connected again. */
const LOST_ON_THE_WAY: ReadonlySet<string> = new Set(['channel-error', 'peer-replaced', 'connect-timeout']);

export const isLostOnTheWay = ({ code }: Failure): boolean => LOST_ON_THE_WAY.has(code);
