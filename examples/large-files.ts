// Choose a file, and it goes to the disk while it arrives: no more than 8 MiB of it are ever in memory. Reload the page in the middle,
// choose the file again, and it goes on where it was.
import { PeerSession, safeName, type OfferMessage } from 'peer-session';
import { OpfsStore } from 'peer-session/opfs';

// Both sides say that they take it: the default is 15 MiB.
const options = { maxFileSize: 1024 ** 4 };

const alice: PeerSession = new PeerSession(
  'alice',
  'bob',
  { createdAt: Date.now() },
  (signal) => void bob.handleSignal(signal),
  () => {},
  () => {},
  { canReceiveFrom: () => false },
  (type) => {
    if (type === 'connected') choose.disabled = false;
  },
  undefined,
  undefined,
  undefined,
  options,
);

const bob: PeerSession = new PeerSession(
  'bob',
  'alice',
  { createdAt: Date.now() },
  (signal) => void alice.handleSignal(signal),
  () => {}, // for files that go into memory
  () => {}, // 'transferend' below says the same, and why
  { canReceiveFrom: () => true },
  (type, _session, offer: OfferMessage) => {
    if (type === 'offer-file') bob.pullFile(offer.transferId, { to: store });
  },
  undefined,
  undefined,
  undefined,
  options,
);

const store = new OpfsStore();

async function tellWhatIsHere(): Promise<void> {
  for (const file of await store.files()) {
    console.log(`${file.stored} of ${file.size} bytes are here from before`);
  }
}

bob.addEventListener('progress', ({ bytes, size }) => {
  document.title = `${Math.floor((bytes / size) * 100)} %`;
});
bob.addEventListener('received', ({ file, result }) => {
  console.log(`${file.name} is on the disk: ${file.size} bytes`);
  const link = document.body.appendChild(document.createElement('a'));
  link.href = URL.createObjectURL(result as Blob);
  link.download = link.textContent = safeName(file.name);
});
bob.addEventListener('transferend', ({ error }) => {
  if (error) console.log(`failed: ${error.code}`, error.cause ?? '');
});

const choose = document.body.appendChild(document.createElement('input'));
choose.type = 'file';
choose.disabled = true;
choose.onchange = () => {
  for (const file of choose.files ?? []) void offerFile(file);
};

async function offerFile(file: File): Promise<void> {
  const id = await alice.sendFile(file, { hashFirst: true });
  if (!id) console.log('not offered: a transferend event said why');
}

void tellWhatIsHere();
void bob.start();
void alice.start();
