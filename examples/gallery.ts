// A gallery that pulls on demand: an offer becomes a button, a click pulls it, a bar shows it come, the picture replaces it.
import { PeerSession, safeName, type OfferMessage } from 'peer-session';
import { sha256 } from './sha256';

const items = new Map<string, HTMLElement>();

// The other side, in the same page to keep the example short.
const sharer: PeerSession = new PeerSession(
  'sharer',
  'viewer',
  { createdAt: Date.now() },
  (signal) => void viewer.handleSignal(signal),
  () => {},
  () => {},
  { canReceiveFrom: () => false },
  (type) => {
    if (type === 'connected') void sharePictures();
  },
);

const viewer: PeerSession = new PeerSession(
  'viewer',
  'sharer',
  { createdAt: Date.now() },
  (signal) => void sharer.handleSignal(signal),
  (blob, _from, _isPinned, name) => gallery.add(blob, name),
  () => {}, // 'transferend' below says the same, and why
  { canReceiveFrom: () => true },
  (type, session, offer: OfferMessage) => {
    if (type === 'offer-file') showOffer(session, offer);
  },
);

const gallery = {
  add(blob: Blob, name = 'image.png') {
    const picture = new Image();
    picture.src = URL.createObjectURL(blob);
    // The name is the sender's: text is safe as `alt`; where it becomes a file's name, safeName() makes it fit.
    picture.alt = name;
    picture.dataset['saveAs'] = safeName(name);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    document.body.append(picture);
  },
};

function showOffer(session: PeerSession, offer: OfferMessage): void {
  const button = document.createElement('button');
  button.textContent = `${offer.name}, ${offer.size} bytes`;
  button.onclick = () => {
    const bar = document.createElement('progress');
    bar.max = offer.size;
    bar.value = 0;
    bar.onclick = () => session.cancelPull(offer.transferId);
    button.replaceWith(bar);
    items.set(offer.transferId, bar);
    session.pullFile(offer.transferId);
  };
  document.body.append(button);
}

viewer.addEventListener('progress', ({ transferId, bytes }) => {
  const bar = items.get(transferId);
  if (bar instanceof HTMLProgressElement) bar.value = bytes;
});

viewer.addEventListener('transferend', ({ transferId, error }) => {
  const bar = items.get(transferId);
  items.delete(transferId);
  if (error) bar?.replaceWith(error.message);
  else bar?.remove();
});

viewer.addEventListener('statechange', ({ state }) => {
  document.title = state === 'interrupted' ? 'Connecting again …' : 'Pictures';
});

async function sharePictures(): Promise<void> {
  for (const colour of ['teal', 'orange', 'purple']) {
    const canvas = new OffscreenCanvas(400, 300);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser draws no pictures.');
    context.fillStyle = colour;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const picture = await canvas.convertToBlob();
    sharer.sendImage(picture, await sha256(picture), false, `${colour}.png`);
  }
}

await sharer.start();
