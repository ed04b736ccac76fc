// Two sessions over a channel that the page has made itself, beside whatever else its connection carries.
import { PeerSession, type OfferMessage } from 'peer-session';
import { sha256 } from './sha256';

function openSession(myId: string, peerId: string): PeerSession {
  return new PeerSession(
    myId,
    peerId,
    { createdAt: Date.now() },
    () => {},
    (blob, from, _isPinned, name) => console.log(`${myId} has ${name} from ${from}: ${blob.size} bytes`),
    (transferId) => console.log(`${myId} will not get ${transferId}`),
    { canReceiveFrom: () => true },
    (type, self, offer: OfferMessage) => {
      if (type === 'offer-file') self.pullFile(offer.transferId);
    },
    undefined,
    undefined,
    undefined,
    { RTCPeerConnection: false },
  );
}

const alice = openSession('alice', 'bob');
const bob = openSession('bob', 'alice');

const picture = new File(['not really a picture'], 'cat.png', { type: 'image/png' });
const hash = await sha256(picture);
alice.addEventListener('open', () => {
  alice.sendImage(picture, hash);
});

const one = new RTCPeerConnection();
const other = new RTCPeerConnection();
one.addEventListener('icecandidate', ({ candidate }) => void other.addIceCandidate(candidate ?? undefined));
other.addEventListener('icecandidate', ({ candidate }) => void one.addIceCandidate(candidate ?? undefined));

const channel = one.createDataChannel('files');
channel.addEventListener('open', () => {
  alice.attach(channel, { maxMessageSize: one.sctp?.maxMessageSize });
});
other.addEventListener('datachannel', (event) => {
  bob.attach(event.channel, { maxMessageSize: other.sctp?.maxMessageSize });
});

const offer = await one.createOffer();
await one.setLocalDescription(offer);
await other.setRemoteDescription(offer);
const answer = await other.createAnswer();
await other.setLocalDescription(answer);
await one.setRemoteDescription(answer);
