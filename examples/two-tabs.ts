// Open this page in two tabs. They find each other through a BroadcastChannel, which stands in for a signalling server.
import { PeerSession, type OfferMessage, type SignalMessage } from 'peer-session';
import { sha256 } from './sha256';

type Message = { type: 'here' | 'welcome'; senderId: string } | SignalMessage;

const myId = crypto.randomUUID();
const tabs = new BroadcastChannel('two-tabs');
const sessions = new Map<string, PeerSession>();

tabs.onmessage = ({ data }: MessageEvent<Message>) => {
  switch (data.type) {
    case 'here':
      // Who was here first answers, so that both know of each other. Both start; one of them makes the connection.
      tabs.postMessage({ type: 'welcome', senderId: myId });
      meet(data.senderId);
      break;
    case 'welcome':
      meet(data.senderId);
      break;
    default:
      if (data.targetId === myId) receive(data);
  }
};
tabs.postMessage({ type: 'here', senderId: myId });

function receive(signal: SignalMessage): void {
  void meet(signal.senderId).handleSignal(signal);
  // A peer that began anew offers another connection. That ends the session there was, and is for the next one.
  if (signal.type === 'offer' && !sessions.has(signal.senderId)) void meet(signal.senderId).handleSignal(signal);
}

function meet(peerId: string): PeerSession {
  const known = sessions.get(peerId);
  if (known) return known;
  const session = new PeerSession(
    myId,
    peerId,
    { createdAt: Date.now() },
    (signal) => tabs.postMessage(signal),
    (blob, _from, _isPinned, name) => console.log(`received ${name}: ${blob.size} bytes`),
    (transferId) => console.log(`${transferId} will not come`),
    { canReceiveFrom: () => true },
    (type, self, offer: OfferMessage) => {
      if (type === 'connected') void share(self);
      if (type === 'offer-file') self.pullFile(offer.transferId);
    },
  );
  sessions.set(peerId, session);
  session.addEventListener('close', () => sessions.delete(peerId));
  void session.start();
  return session;
}

async function share(session: PeerSession): Promise<void> {
  const picture = new File([`from tab ${myId}`], 'hello.png', { type: 'image/png' });
  session.sendImage(picture, await sha256(picture));
}
