// Two sessions in one page, which ask for their servers when they need them.
import { PeerSession, type OfferMessage } from 'peer-session';
import { sha256 } from './sha256';

/** What a server of yours says: credentials for a while, and for how many seconds. */
interface Credentials {
  iceServers: RTCIceServer[];
  lifetime: number;
}

let known: RTCIceServer[] = [];
let renewAt = 0;

async function iceServers(): Promise<RTCIceServer[]> {
  if (Date.now() < renewAt) return known;
  const response = await fetch('ice-servers.json');
  const { iceServers, lifetime } = (await response.json()) as Credentials;
  console.log(`asked, for ${lifetime} seconds`);
  known = iceServers;
  // With a quarter of their life left, there are newer ones.
  renewAt = Date.now() + lifetime * 750;
  return known;
}

const sessions = new Map<string, PeerSession>();

function openSession(myId: string, peerId: string): PeerSession {
  const session = new PeerSession(
    myId,
    peerId,
    { createdAt: Date.now() },
    (signal) => void sessions.get(peerId)?.handleSignal(signal),
    (blob, _from, _isPinned, name) => console.log(`${myId} has ${name}: ${blob.size} bytes`),
    (transferId) => console.log(`${myId} will not get ${transferId}`),
    { canReceiveFrom: () => true },
    (type, self, offer: OfferMessage) => {
      if (type === 'offer-file') self.pullFile(offer.transferId);
    },
    undefined,
    undefined,
    iceServers,
    { rtcConfiguration: { bundlePolicy: 'max-bundle' } },
  );
  session.addEventListener('error', ({ error }) => {
    if (error.code === 'turn-unauthorized') renewAt = 0;
    console.warn(error.message, error.cause);
  });
  sessions.set(myId, session);
  return session;
}

const alice = openSession('alice', 'bob');
await alice.start();
const bob = openSession('bob', 'alice');
await bob.start();

const picture = new File(['not really a picture'], 'cat.png', { type: 'image/png' });
const hash = await sha256(picture);
alice.addEventListener('open', () => alice.sendImage(picture, hash));
