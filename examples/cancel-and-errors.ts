// Every end of a transfer, what to do about a bad one, and how to stop: closing the session settles everything.
import { PeerSession, type OfferMessage, type PeerSessionError } from 'peer-session';
import { sha256 } from './sha256';

const alice: PeerSession = new PeerSession(
  'alice',
  'bob',
  { createdAt: Date.now() },
  (signal) => void bob.handleSignal(signal),
  () => {},
  () => {},
  { canReceiveFrom: () => false },
  (type) => {
    if (type === 'connected') void offerFiles();
  },
);

const waiting: OfferMessage[] = [];
const names = new Map<string, string>();
const bob: PeerSession = new PeerSession(
  'bob',
  'alice',
  { createdAt: Date.now() },
  (signal) => void alice.handleSignal(signal),
  (_blob, _from, _isPinned, name) => console.log(`${name} arrived`),
  () => {}, // 'transferend' below says the same, and why
  { canReceiveFrom: () => true },
  (type, _session, offer: OfferMessage) => {
    if (type !== 'offer-file') return;
    names.set(offer.transferId, offer.name);
    waiting.push(offer);
    if (waiting.length === 3) pullNext();
  },
  undefined,
  undefined,
  undefined,
  { maxFileSize: 8 << 20 },
);

function pullNext(): void {
  const offer = waiting.shift();
  if (offer) bob.pullFile(offer.transferId);
}

bob.addEventListener('transferend', ({ transferId, error }) => {
  if (error) console.log(`${names.get(transferId)}: ${error.code}, ${remedy(error)}`);
  pullNext();
});

/** Codes are stable, so branch on them; `error.message` is for people. */
function remedy({ code, message }: PeerSessionError): string {
  switch (code) {
    case 'closed':
    case 'channel-error':
    case 'peer-replaced':
    case 'not-open':
      return 'start a new session and pull its new offer';
    case 'pull-timeout':
    case 'stalled':
    case 'aborted-by-peer':
      // Only while connected: on a closed channel every pull fails at once, and asking again would never end.
      if (bob.isConnected) bob.requestSync();
      return 'asked for new offers';
    case 'hash-mismatch':
    case 'too-many-bytes':
      return 'that copy is not to be trusted';
    default:
      return message;
  }
}

// `cancelPull` gives one file up; this, all of them: what waits or runs ends as 'closed', once, before close() returns.
bob.addEventListener('progress', ({ transferId }) => {
  if (names.get(transferId) === 'unwanted.png') bob.close();
});

// A file beyond the limit that bob has told alice is not even offered.
alice.addEventListener('transferend', ({ error }) => {
  if (error?.code === 'too-large') console.log(`not offered: ${error.code}`);
});

// What ends no transfer is an 'error' event: here it would be an offer beyond the limit, of a peer that does not ask for limits.
bob.addEventListener('error', ({ error }) => console.log(`noted: ${error.code}`));
bob.addEventListener('close', () => console.log('bob has left'));

async function offerFiles(): Promise<void> {
  const offer = async (name: string, size: number, hash?: string) => {
    const file = new File([new Uint8Array(size)], name, { type: 'image/png' });
    alice.sendImage(file, hash ?? (await sha256(file)));
  };
  await offer('too-big.png', 9 << 20);
  await offer('good.png', 1000);
  await offer('forged.png', 1000, '0'.repeat(64));
  await offer('unwanted.png', 8 << 20);
}

await alice.start();
