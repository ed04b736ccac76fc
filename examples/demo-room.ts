// The same through the signalling server of the demo (`npm start`): everybody who opens this page is in one room.
import { PeerSession, type OfferMessage, type SignalMessage } from 'peer-session';
import { sha256 } from './sha256';

type ServerMessage =
  | { type: 'welcome'; id: string; peers: string[] }
  | { type: 'peer-joined' | 'peer-left' | 'peer-dropped'; id: string }
  | { type: 'error'; code: string; message: string }
  | SignalMessage;

const sessions = new Map<string, PeerSession>();
let myId = '';

const server = new WebSocket('ws://localhost:8080/signal?room=example');
server.onmessage = ({ data }: MessageEvent<string>) => {
  const message = JSON.parse(data) as ServerMessage;
  switch (message.type) {
    case 'welcome':
      myId = message.id;
      for (const peer of message.peers) meet(peer);
      break;
    case 'peer-joined':
      meet(message.id);
      break;
    case 'peer-left':
      sessions.get(message.id)?.close();
      break;
    case 'peer-dropped':
      // Only its way to the server broke. A session whose connection breaks too closes by itself.
      break;
    case 'error':
      console.warn(message.message);
      break;
    default:
      void sessions.get(message.senderId)?.handleSignal(message);
  }
};

function meet(peerId: string): void {
  // Whoever was dropped may come back; a session with them goes on meanwhile.
  if (sessions.has(peerId)) return;
  const session = new PeerSession(
    myId,
    peerId,
    { createdAt: Date.now() },
    (signal) => server.send(JSON.stringify(signal)),
    (blob, _from, _isPinned, name) => console.log(`received ${name}: ${blob.size} bytes`),
    (transferId) => console.log(`${transferId} will not come`),
    { canReceiveFrom: (id) => sessions.has(id) },
    (type, self, offer: OfferMessage) => {
      if (type === 'connected') void share(self);
      if (type === 'offer-file') self.pullFile(offer.transferId);
    },
  );
  sessions.set(peerId, session);
  session.addEventListener('close', () => sessions.delete(peerId));
  void session.start();
}

async function share(session: PeerSession): Promise<void> {
  const picture = new File([`from ${myId}`], 'hello.png', { type: 'image/png' });
  session.sendImage(picture, await sha256(picture));
}
