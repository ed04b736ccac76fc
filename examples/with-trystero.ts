// Beside Trystero: a room's actions and the files go over one connection, each on a channel of its own. Open it in two tabs.
import { joinRoom } from 'trystero';
import { fileChannelOf, Transfers, withFileChannel } from 'peer-session/transfers';

const relay = new URLSearchParams(location.search).get('relay');

const room = joinRoom(
  {
    appId: 'peer-session-example',
    // Each connection that is made of this class has a channel for files from the start.
    rtcPolyfill: withFileChannel(RTCPeerConnection),
    ...(relay && { relayConfig: { urls: [relay] }, rtcConfig: { iceServers: [] } }),
  },
  'files',
);

// What Trystero carries is as it was.
const chat = room.makeAction<string>('chat');
chat.onMessage = (text) => console.log(`Trystero says ${text}`);

/** By the peer's id. */
const transfersOf = new Map<string, Transfers>();

room.onPeerJoin = (peerId) => {
  const connection = room.getPeers()[peerId];
  if (!connection) return;
  const known = transfersOf.get(peerId);
  // Who was lost is back: what was under way goes on, at the byte it had.
  if (known && known.state !== 'closed') known.reattach(fileChannelOf(connection));
  else void exchange(peerId, new Transfers(fileChannelOf(connection)));
  void chat.send('hello', { target: peerId });
};

async function exchange(peerId: string, transfers: Transfers) {
  transfersOf.set(peerId, transfers);
  transfers.offer(new Blob([new Uint8Array(30_000_000)]), { name: 'large.bin' });
  for await (const file of transfers.incoming) {
    const pull = file.pull();
    for await (const { bytes, size } of pull.progress()) document.title = `${Math.round((bytes / size) * 100)} %`;
    console.log(`${file.name} is here: ${(await pull).size} bytes`);
  }
}
