// Files signed by their sender: Bob learns who a picture is from, and a name that is not proven does not reach him.
import { PeerSession, type OfferMessage, type SignedIdentity } from 'peer-session/signed';
import { sha256 } from './sha256';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };

const toBase64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const described = (...fields: unknown[]) => new TextEncoder().encode(JSON.stringify(fields));

/** What is signed, and how, is the application's own; all its peers must agree. */
async function makeIdentity(): Promise<SignedIdentity> {
  const createdAt = Date.now();
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const publicKeySpki = await crypto.subtle.exportKey('spki', publicKey);
  return {
    createdAt,
    publicKeySpki,
    peerId: (await sha256(new Blob([publicKeySpki]))).slice(0, 16),
    signMetadata: async (name, size, hash, isPinned) =>
      toBase64(await crypto.subtle.sign(signing, privateKey, described(name, size, hash, isPinned, createdAt))),
    importPublicKey: (spki) => crypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
    verifyMetadata: (key, signature, name, size, hash, signedAt, isPinned) =>
      crypto.subtle.verify(signing, key, fromBase64(signature), described(name, size, hash, isPinned, signedAt)),
  };
}

const aliceIdentity = await makeIdentity();
const alice: PeerSession = new PeerSession(
  'alice',
  'bob',
  aliceIdentity,
  (signal) => void bob.handleSignal(signal),
  () => {},
  () => {},
  { canReceiveFrom: () => true },
  (type) => {
    if (type === 'connected') void share();
  },
);

const bob: PeerSession = new PeerSession(
  'bob',
  'alice',
  await makeIdentity(),
  (signal) => void alice.handleSignal(signal),
  (_blob, { name, originalSenderId }) => {
    console.log(`${name} is from ${originalSenderId === aliceIdentity.peerId ? 'alice' : String(originalSenderId)}`);
  },
  (transferId) => console.log(`${transferId} will not come`),
  { canReceiveFrom: () => true },
  (type, session, offer: OfferMessage) => {
    if (type === 'offer-file') session.pullFile(offer.transferId);
  },
);

async function share(): Promise<void> {
  const own = new Blob(['made by alice'], { type: 'image/png' });
  // Naming oneself is what lets the receiver check; the signature is made when the file is sent.
  const offered = await alice.sendImage(own, await sha256(own), {
    name: 'own.png',
    originalSenderId: aliceIdentity.peerId,
  });
  if (!offered.ok) console.warn(offered.error.message);

  // A signature that does not hold: the picture arrives, the name does not.
  const claimed = new Blob(['not made by bob'], { type: 'image/png' });
  await alice.sendImage(claimed, await sha256(claimed), {
    name: 'claimed.png',
    originalSenderId: '0123456789abcdef',
    signature: toBase64(new ArrayBuffer(64)),
    publicKeyBase64: toBase64(new ArrayBuffer(91)),
  });
}

const started = await alice.start();
if (!started.ok) console.warn(started.error.message);
