// Without a browser: two sessions in Node, over channels in memory.
import { PeerSession, type OfferMessage } from 'peer-session';
import { MockNetwork } from 'peer-session/testing';
import { sha256 } from './sha256';

const options = { RTCPeerConnection: new MockNetwork().RTCPeerConnection };

const alice: PeerSession = new PeerSession(
  'alice',
  'bob',
  { createdAt: Date.now() },
  (signal) => void bob.handleSignal(signal),
  () => {},
  () => {},
  { canReceiveFrom: () => true },
  (type) => {
    if (type === 'connected') alice.sendImage(file, hash, true);
  },
  undefined,
  undefined,
  undefined,
  options,
);

const bob: PeerSession = new PeerSession(
  'bob',
  'alice',
  { createdAt: Date.now() },
  (signal) => void alice.handleSignal(signal),
  (blob, from, isPinned, name) => {
    console.log(`${name} from ${from}: ${blob.size} bytes, pinned: ${isPinned}`);
    alice.close();
  },
  (transferId) => console.log(`${transferId} will not come`),
  { canReceiveFrom: () => true },
  (type, session, offer: OfferMessage) => {
    if (type === 'offer-file') session.pullFile(offer.transferId);
  },
  undefined,
  undefined,
  undefined,
  options,
);
bob.addEventListener('close', () => console.log('both are closed'));

const file = new Blob([new Uint8Array(3 << 20)], { type: 'image/png' });
const hash = await sha256(file);
await alice.start();
