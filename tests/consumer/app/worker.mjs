import { PeerSession } from 'peer-session';
import { join } from './exchange.mjs';

addEventListener('message', ({ data: channel }) => {
  // The page has the connection.
  const options = { RTCPeerConnection: false };
  const { session, received } = join(PeerSession, 'worker', 'page', () => {}, options);
  session.attach(channel, { maxMessageSize: 256 * 1024 });
  received.then(postMessage, (error) => postMessage({ error: String(error) }));
});
