// @ts-check
// Signals that carry the descriptions of mock connections.
import assert from 'node:assert/strict';
import { mockSdp } from 'peer-session/testing';

/** The signal with the description of connection number `id`. */
export function mockSignal(type, id, senderId = 'alice', targetId = senderId === 'alice' ? 'bob' : 'alice', more = {}) {
  return { type, senderId, targetId, sdp: { type, sdp: mockSdp(type, id, more) } };
}

const epochLine = /a=peer-session-epoch:([0-9a-f]{32})\r\n/;

/** Which session object made the description. */
export const epochOf = ({ sdp }) => epochLine.exec(sdp.sdp)?.[1];

/** The signal as it would be of a session that does not say which one it is; it has to. */
export function withoutEpoch(signal) {
  if (!signal.sdp) return signal;
  assert.match(signal.sdp.sdp, epochLine);
  return { ...signal, sdp: { ...signal.sdp, sdp: signal.sdp.sdp.replace(epochLine, '') } };
}
