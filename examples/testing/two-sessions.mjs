// @ts-check
// Two connected sessions for a test, without a network: what one signals is handed to the other.
import { PeerSession } from 'peer-session';
import { MockNetwork, VirtualClock } from 'peer-session/testing';

/**
 * @param {(session: PeerSession, offer: import('peer-session').OfferMessage) => void} [bobSees] An offer of Alice's.
 */
export async function twoSessions(bobSees = () => {}) {
  const network = new MockNetwork();
  const clock = new VirtualClock();
  /** @type {{blob: Blob, name: string | undefined}[]} What has arrived at Bob's. */
  const arrived = [];

  /** @returns {PeerSession} */
  const make = (/** @type {string} */ myId, /** @type {string} */ peerId) =>
    new PeerSession(
      myId,
      peerId,
      { createdAt: Date.now() },
      (signal) => void (peerId === 'bob' ? bob : alice).handleSignal(signal),
      (blob, _from, _isPinned, name) => arrived.push({ blob, name }),
      () => {},
      { canReceiveFrom: () => true },
      (type, session, offer) => {
        if (type === 'offer-file') bobSees(session, offer);
      },
      undefined,
      undefined,
      undefined,
      { RTCPeerConnection: network.RTCPeerConnection, clock },
    );
  const alice = make('alice', 'bob');
  const bob = make('bob', 'alice');
  const open = [alice, bob].map((session) => new Promise((resolve) => session.addEventListener('open', resolve)));
  await alice.start();
  await Promise.all(open);

  const close = () => [alice, bob].forEach((session) => session.close());
  return { alice, bob, arrived, network, clock, close };
}
