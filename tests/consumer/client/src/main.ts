import { Mesh, type Image } from './mesh';
import { TabSignalling } from './signalling';

const id = new URLSearchParams(location.search).get('id') ?? crypto.randomUUID();
const list = document.querySelector('#images');

const mesh = new Mesh(
  id,
  (signal) => signalling.send(signal),
  () => {
    const items = [...mesh.images.values()].map(({ name }) => {
      const item = document.createElement('li');
      item.textContent = name;
      return item;
    });
    list?.replaceChildren(...items);
  },
);
const signalling = new TabSignalling(id, {
  peer: (peerId) => {
    mesh.meet(peerId);
  },
  signal: (signal) => mesh.receiveSignal(signal),
});
signalling.announce();

async function share(file: File, isPinned = false, ttl?: number): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  mesh.share({ blob: file, hash, name: file.name, isPinned, ttl, originalSenderId: id } satisfies Image);
}

declare global {
  interface Window {
    gallery: { mesh: Mesh; share: typeof share };
  }
}
window.gallery = { mesh, share };
