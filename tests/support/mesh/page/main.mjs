// One page of the mesh, driven by Mesh (../mesh.mjs).
import { PeerSession } from 'peer-session';
import { bytesOf, hashOf, isSame, nameOf } from '/content/content.mjs';
import { MeshClient } from '../client.mjs';

const faults = [];
let client;
let bytesSent = 0;

const { send } = RTCDataChannel.prototype;
RTCDataChannel.prototype.send = function (data) {
  if (typeof data !== 'string') bytesSent += data.byteLength ?? data.size;
  return send.call(this, data);
};

window.makeClient = ({ id, options }) => {
  client = new MeshClient({
    id,
    Session: PeerSession,
    options,
    signalling: {
      send: (signal) => void window.carry(id, signal),
      join: (targetId) => void window.carry(id, { type: 'join', senderId: id, targetId }),
    },
    stored: (image) => {
      void window.tellStored(id, image.hash);
      void check(image);
    },
    // Once the slot is free again.
    ended: () => queueMicrotask(() => client.isIdle && void window.tellIdle()),
  });
};

window.handleSignal = (signal) => client.handleSignal(signal);

window.share = async (files) => {
  const images = [];
  for (const file of files) {
    const name = nameOf(file);
    const bytes = bytesOf(name);
    images.push({ name, blob: new Blob([bytes], { type: 'image/png' }), hash: await hashOf(bytes) });
  }
  for (const image of images) client.share(image);
};

window.connectedCount = () => client.connected.length;

window.report = () => ({
  isIdle: client.isIdle,
  stored: client.images.size,
  errors: client.errors,
  duplicates: client.duplicates,
  bytesSent,
  faults,
});

async function check({ blob, name }) {
  if (!isSame(new Uint8Array(await blob.arrayBuffer()), bytesOf(name))) faults.push(`${name} has other bytes`);
}

window.isReady = true;
