// The first transfer once more, with the data path in a Worker: the page stays free for what people do in it.
import { PeerSession, type OfferMessage } from 'peer-session/worker';
import { sha256 } from './sha256';

const sessions = new Map<string, PeerSession>();

function openSession(myId: string, peerId: string): PeerSession {
  const session = new PeerSession(
    myId,
    peerId,
    { createdAt: Date.now() },
    (signal) => void sessions.get(peerId)?.handleSignal(signal),
    (blob, from, _isPinned, name) => console.log(`${myId} has ${name} from ${from}: ${blob.size} bytes`),
    (transferId) => console.log(`${myId} will not get ${transferId}`),
    { canReceiveFrom: () => true },
    (type, self, offer: OfferMessage) => {
      if (type === 'offer-file') self.pullFile(offer.transferId);
    },
  );
  sessions.set(myId, session);
  return session;
}

const alice = openSession('alice', 'bob');
const bob = openSession('bob', 'alice');

const picture = new File(['not really a picture'], 'cat.png', { type: 'image/png' });
const hash = await sha256(picture);
alice.addEventListener('open', () => {
  alice.sendImage(picture, hash);
});

await alice.start();
await bob.start();
