// Two Node processes and no browser: the first offers a file, the second pulls it to its disk.
//   npm install peer-session node-datachannel
//   node node-datachannel-transfers.mjs picture.png copy.png
import { fork } from 'node:child_process';
import { createWriteStream, openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { fileChannelOf, Transfers, withFileChannel } from 'peer-session/transfers';

const [file, copy] = process.argv.slice(2);
const other = process.send ? process : fork(fileURLToPath(import.meta.url), [file, copy]);
const isReceiver = other === process;

// Each connection that is made of this class has a channel for files from the start.
const connection = new (withFileChannel(RTCPeerConnection))({ iceServers: [] });
const transfers = new Transfers(fileChannelOf(connection));

// Signals may travel any way; here it is the pipe between the two processes. One is taken after the other, and candidates travel alone and
// behind the answer: see docs/node.md.
const early = [];
let isAnswered = false;
connection.addEventListener('icecandidate', ({ candidate }) => {
  if (!candidate) return;
  if (isAnswered) other.send({ candidate });
  else early.push(candidate);
});
let last = Promise.resolve();
other.on('message', (signal) => {
  last = last.then(() => take(signal));
});

async function take({ description, candidate }) {
  if (candidate) return connection.addIceCandidate(candidate);
  await connection.setRemoteDescription(description);
  if (isReceiver) await describe('createAnswer');
  isAnswered = true;
  for (const each of early.splice(0)) other.send({ candidate: each });
}

async function describe(create) {
  await connection.setLocalDescription(await connection[create]());
  const { type, sdp } = connection.localDescription;
  other.send({ description: { type, sdp: sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r\n/gm, '') } });
}

if (isReceiver) {
  // A goodbye on the channel can be lost with the connection, and the pipe's end cannot.
  other.once('disconnect', () => transfers.close());
  for await (const incoming of transfers.incoming) {
    await incoming.pull({ to: Writable.toWeb(createWriteStream(copy)) });
    console.log(`${incoming.name} is in ${basename(copy)}: ${incoming.size} bytes`);
  }
} else {
  await describe('createOffer');
  await transfers.offer(await openAsBlob(file), { name: basename(file) }).done;
  console.log('and the other side has it');
  other.disconnect();
  transfers.close();
}
connection.close();
