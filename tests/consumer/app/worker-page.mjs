import { PeerSession } from 'peer-session';
import { join } from './exchange.mjs';
import { report } from './report.mjs';

report(exchangeWithWorker());

/**
 * A session here, another in a Worker. Workers have no RTCPeerConnection: the page makes the Worker's connection and
 * transfers its data channel.
 */
async function exchangeWithWorker() {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
  const fromWorker = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message ?? 'the worker did not start'));
  });
  const connection = new RTCPeerConnection();
  const here = join(PeerSession, 'page', 'worker', (signal) => answer(connection, signal, here.session));
  connection.onicecandidate = ({ candidate }) => {
    if (candidate) void here.session.handleSignal({ ...toPage('candidate'), candidate: candidate.toJSON() });
  };
  // A channel can be transferred only in the task that announces it.
  connection.ondatachannel = ({ channel }) => worker.postMessage(channel, [channel]);
  await here.session.start();
  const received = await Promise.all([here.received, fromWorker]);
  here.session.close();
  connection.close();
  worker.terminate();
  return received;
}

const toPage = (type) => ({ type, senderId: 'worker', targetId: 'page' });

async function answer(connection, signal, session) {
  if (signal.type === 'candidate') return connection.addIceCandidate(signal.candidate);
  await connection.setRemoteDescription(signal.sdp);
  await connection.setLocalDescription();
  await session.handleSignal({ ...toPage('answer'), sdp: connection.localDescription.toJSON() });
}
