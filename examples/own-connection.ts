// Beside whatever your own connection carries: a channel for files from the start, and one that is made later.
import { fileChannelOf, Transfers, withFileChannel } from 'peer-session/transfers';

// Each connection that is made of this class has a channel for files from the start.
const Connection = withFileChannel(RTCPeerConnection);

/** Two ends in one page; yours are in two, and their signals travel as you have it. */
async function connect(near: RTCPeerConnection, far: RTCPeerConnection): Promise<void> {
  near.onicecandidate = ({ candidate }) => void (candidate && far.addIceCandidate(candidate));
  far.onicecandidate = ({ candidate }) => void (candidate && near.addIceCandidate(candidate));
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription as RTCSessionDescription);
}

const near = new Connection();
const far = new Connection();
const chat = near.createDataChannel('chat');
chat.onopen = () => chat.send('hello');
far.ondatachannel = ({ channel }) => {
  if (channel.label === 'files') void receive(new Transfers(channel));
  else channel.onmessage = ({ data }) => console.log(`the chat says ${String(data)}`);
};
await connect(near, far);

async function receive(transfers: Transfers): Promise<void> {
  for await (const file of transfers.incoming) {
    console.log(`bob has ${file.name}: ${(await file.pull()).size} bytes`);
  }
}

const alice = new Transfers(fileChannelOf(near));
const bob = new Transfers(fileChannelOf(far));
void receive(bob);
await alice.offer(new Blob(['from the start']), { name: 'first.txt' }).done;

// On a connection that is up already, and that any class has made: one side opens a channel, the other one knows it by its label.
const later = new Transfers(near.createDataChannel('files'));
await later.offer(new Blob(['later']), { name: 'second.txt' }).done;

// The connection is lost, and you make the next one: what was under way goes on over that.
near.close();
const third = alice.offer(new Blob(['over the next connection']), { name: 'third.txt' });
const nextNear = new Connection();
const nextFar = new Connection();
alice.reattach(fileChannelOf(nextNear));
bob.reattach(fileChannelOf(nextFar));
await connect(nextNear, nextFar);
await third.done;
