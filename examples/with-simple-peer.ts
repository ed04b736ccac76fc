// Beside simple-peer: its data and the files go over one connection, each on a channel of its own.
import Peer from 'simple-peer';
import { fileChannelOf, Transfers, withFileChannel } from 'peer-session/transfers';

// Each connection that is made of this class has a channel for files from the start.
const wrtc = { RTCPeerConnection: withFileChannel(RTCPeerConnection), RTCSessionDescription, RTCIceCandidate };

/** The file channel of a peer, whose connection has no public name. */
const filesOf = (peer: Peer.Instance) => fileChannelOf((peer as unknown as { _pc: RTCPeerConnection })._pc);

/** Two peers in one page; yours are in two, and their signals travel as you have it. */
function connect(): [Peer.Instance, Peer.Instance] {
  const near = new Peer({ initiator: true, wrtc });
  const far = new Peer({ wrtc });
  near.on('signal', (signal) => far.signal(signal));
  far.on('signal', (signal) => near.signal(signal));
  near.on('connect', () => near.send('hello'));
  far.on('data', (data) => console.log(`simple-peer says ${data}`));
  return [near, far];
}

const [near, far] = connect();
const alice = new Transfers(filesOf(near));
const bob = new Transfers(filesOf(far));

const offer = alice.offer(new Blob([new Uint8Array(50_000_000)]), { name: 'large.bin' });

for await (const file of bob.incoming) {
  const pull = file.pull();
  for await (const { bytes } of pull.progress()) if (bytes > 0) break;

  // A connection is lost in the middle of the file. The next peers go on with it, at the byte it had.
  near.destroy();
  far.destroy();
  const [nextNear, nextFar] = connect();
  alice.reattach(filesOf(nextNear));
  bob.reattach(filesOf(nextFar));

  console.log(`bob has ${file.name}: ${(await pull).size} bytes`);
  break;
}
await offer.done;
console.log('and alice knows');
