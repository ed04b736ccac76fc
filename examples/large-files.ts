// A file of 40 MB goes into the origin-private file system while it arrives: no more than 8 MiB of it are ever in memory.
import { PeerSession, type OfferMessage } from 'peer-session';

// Both sides say that they take it: the default is 15 MiB.
const options = { maxFileSize: 1024 ** 3 };

const alice: PeerSession = new PeerSession(
  'alice',
  'bob',
  { createdAt: Date.now() },
  (signal) => void bob.handleSignal(signal),
  () => {},
  () => {},
  { canReceiveFrom: () => false },
  (type) => {
    if (type === 'connected') void offerFile();
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
    if (type === 'offer-file') void pullToDisk(offer);
  },
  undefined,
  undefined,
  undefined,
  options,
);

async function pullToDisk({ transferId }: OfferMessage): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  const to = await folder.getFileHandle(transferId, { create: true });
  bob.pullFile(transferId, { to });
}

bob.addEventListener('received', ({ file, result }) => {
  const { size } = result as File;
  console.log(`${file.name} is on disk: ${size} bytes`);
});
bob.addEventListener('transferend', ({ error }) => {
  if (error) console.log(`failed: ${error.code}`, error.cause ?? '');
});

async function offerFile(): Promise<void> {
  const file = new File([new Uint8Array(40_000_000)], 'large.bin');
  const id = await alice.sendFile(file);
  if (!id) console.log('not offered: a transferend event said why');
}

void bob.start();
void alice.start();
