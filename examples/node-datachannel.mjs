// Two Node processes and no browser: the first offers a file, the second pulls it and prints what came.
//   npm install peer-session node-datachannel
//   node node-datachannel.mjs picture.png
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { PeerSession } from 'peer-session';

// Signals may travel any way; here it is the pipe between the two processes.
const file = process.argv[2];
const other = file ? fork(fileURLToPath(import.meta.url)) : process;
const [myId, peerId] = file ? ['sender', 'receiver'] : ['receiver', 'sender'];

// The side that offers the connection keeps its candidates until it has the answer: see docs/node.md.
let early = myId < peerId ? [] : undefined;
const tell = (signal) => other.connected && other.send(signal);

const session = new PeerSession(
  myId,
  peerId,
  { createdAt: Date.now() },
  (signal) => {
    if (early && signal.type === 'candidate') early.push(signal);
    else tell(signal.type === 'offer' ? withoutCandidates(signal) : signal);
  },
  async (blob, from, isPinned, name) => {
    const bytes = Buffer.from(await blob.arrayBuffer());
    console.log(`${name}: ${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`);
    session.close();
  },
  (transferId) => console.error(`${transferId} did not arrive`),
  { canReceiveFrom: () => true },
  (type, _, offer) => {
    if (type === 'connected' && file) offerFile();
    if (type === 'offer-file') session.pullFile(offer.transferId);
  },
  undefined,
  undefined,
  [{ urls: 'stun:stun.l.google.com:19302' }],
  { RTCPeerConnection },
);
session.addEventListener('close', () => other.connected && other.disconnect());
// A goodbye on the channel can be lost with the connection, and the pipe's end cannot.
other.once('disconnect', () => session.close());
other.on('message', async (signal) => {
  await session.handleSignal(signal);
  if (signal.type !== 'answer') return;
  early?.forEach(tell);
  early = undefined;
});
await session.start();

async function offerFile() {
  const bytes = await readFile(file);
  session.sendImage(new Blob([bytes]), createHash('sha256').update(bytes).digest('hex'), false, basename(file));
}

function withoutCandidates(offer) {
  const sdp = offer.sdp.sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r\n/gm, '');
  return { ...offer, sdp: { ...offer.sdp, sdp } };
}
