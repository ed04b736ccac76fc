// The package, through its public interface only, between the pages "a" and "b".
import { PeerSession } from 'peer-session';
import { carriedConnection } from '../../browser/page/carried-connection.mjs';

const nothing = () => {};

/**
 * @param {'a' | 'b'} side
 * @param {object} options
 * @param {(signal: any) => void} emit
 * @param {{connected?: (session: PeerSession) => void, offered?: (offer: any) => void, image?: (blob: any) => void,
 *   failed?: (transferId: string) => void}} on
 */
export function openSession(side, options, emit, { connected = nothing, offered = nothing, image = nothing, failed }) {
  // Only a page is driven by somebody who leads its connections elsewhere.
  const carry = globalThis.carryDescription;
  return new PeerSession(
    side,
    side === 'a' ? 'b' : 'a',
    { createdAt: Date.now() },
    emit,
    (blob) => image(blob),
    failed ?? nothing,
    { canReceiveFrom: () => true },
    (type, session, data) => {
      if (type === 'connected') connected(session);
      if (type === 'offer-file') offered(data);
    },
    undefined,
    undefined,
    [],
    { ...(carry ? { RTCPeerConnection: carriedConnection(carry) } : {}), ...options },
  );
}

/** Milliseconds that mean the same in both pages. */
export const commonTime = () => performance.timeOrigin + performance.now();
