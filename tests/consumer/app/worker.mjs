import { PeerSession } from 'peer-session';
import { join } from './exchange.mjs';

/** Stands for the connection that the page holds: all a session needs of it here is the channel. */
class TransferredConnection extends EventTarget {
  connectionState = 'connected';
  close() {}
}

addEventListener('message', ({ data: channel }) => {
  const connection = new TransferredConnection();
  const options = {
    RTCPeerConnection: function () {
      return connection;
    },
  };
  const { received } = join(PeerSession, 'worker', 'page', () => {}, options);
  connection.dispatchEvent(Object.assign(new Event('datachannel'), { channel }));
  received.then(postMessage, (error) => postMessage({ error: String(error) }));
});
