import { Mesh } from './mesh';
import { TabSignalling } from './signalling';

const id = new URLSearchParams(location.search).get('id') ?? crypto.randomUUID();
const list = document.querySelector('#images');

const mesh = new Mesh(
  id,
  {
    send: (signal) => {
      signalling.send(signal);
    },
    join: (targetId) => {
      signalling.join(targetId);
    },
  },
  () => {
    const items = [...mesh.images.values()].map(({ name }) => {
      const item = document.createElement('li');
      item.textContent = name;
      return item;
    });
    list?.replaceChildren(...items);
  },
);
const signalling = new TabSignalling(id, (signal) => mesh.receiveSignal(signal));
signalling.join();

async function share(file: File): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  mesh.share(file, hash, file.name);
}

declare global {
  interface Window {
    gallery: { mesh: Mesh; signalling: TabSignalling; share: typeof share };
  }
}
window.gallery = { mesh, signalling, share };
