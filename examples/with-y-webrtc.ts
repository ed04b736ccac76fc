// Beside y-webrtc: a document and the files go over one connection, each on a channel of its own. Open it in two browsers.
import { WebrtcProvider } from 'y-webrtc';
import { Doc } from 'yjs';
import { fileChannelOf, Transfers, withFileChannel } from 'peer-session/transfers';

// Of your own: npx y-webrtc-signaling
const signaling = [new URLSearchParams(location.search).get('signaling') ?? 'ws://localhost:4444'];
// Each connection that is made of this class has a channel for files from the start.
const wrtc = { RTCPeerConnection: withFileChannel(RTCPeerConnection), RTCSessionDescription, RTCIceCandidate };

const doc = new Doc();
const provider = new WebrtcProvider('files', doc, { signaling, peerOpts: { wrtc, config: { iceServers: [] } } });

// What y-webrtc carries is as it was.
const notes = doc.getArray<string>('notes');
notes.observe(({ transaction }) => {
  if (!transaction.local) console.log(`y-webrtc says ${notes.get(notes.length - 1)}`);
});

addEventListener('offline', () => provider.disconnect());
addEventListener('online', () => provider.connect());

/** By the peer's id. */
const transfersOf = new Map<string, Transfers>();

provider.on('peers', ({ added }) => {
  for (const peerId of added) {
    // Tabs of one browser have none: their documents meet in a BroadcastChannel.
    const peer = provider.room?.webrtcConns.get(peerId)?.peer as { _pc: RTCPeerConnection } | undefined;
    if (!peer) continue;
    const known = transfersOf.get(peerId);
    // Who was lost is back: what was under way goes on, at the byte it had.
    if (known && known.state !== 'closed') known.reattach(fileChannelOf(peer._pc));
    else void exchange(peerId, new Transfers(fileChannelOf(peer._pc)));
  }
});

async function exchange(peerId: string, transfers: Transfers) {
  transfersOf.set(peerId, transfers);
  transfers.offer(new Blob([new Uint8Array(30_000_000)]), { name: 'large.bin' });
  for await (const file of transfers.incoming) {
    const pull = file.pull();
    notes.push(['hello']);
    for await (const { bytes, size } of pull.progress()) document.title = `${Math.round((bytes / size) * 100)} %`;
    console.log(`${file.name} is here: ${(await pull).size} bytes`);
  }
}
