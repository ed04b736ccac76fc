// @ts-check
import { createHash, webcrypto } from 'node:crypto';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };
const { subtle } = webcrypto;

const payload = (...fields) => new TextEncoder().encode(JSON.stringify(fields));

/** The id that a public key stands for. */
export const idOf = (spki) => createHash('sha256').update(new Uint8Array(spki)).digest('hex').slice(0, 16);

/** An identity as a client has one, with real keys. `more` replaces parts of it. */
export async function makeIdentity({ createdAt = 1_700_000_000_000, ...more } = {}) {
  const { privateKey, publicKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const publicKeySpki = await subtle.exportKey('spki', publicKey);
  return {
    createdAt,
    peerId: idOf(publicKeySpki),
    /** @type {ArrayBuffer | null} */
    publicKeySpki,
    async signMetadata(name, size, hash, isPinned) {
      const signature = await subtle.sign(signing, privateKey, payload(name, size, hash, createdAt, isPinned));
      return Buffer.from(signature).toString('base64');
    },
    importPublicKey: (spki) => subtle.importKey('spki', spki, algorithm, true, ['verify']),
    verifyMetadata: (key, signature, name, size, hash, signedAt, isPinned) =>
      subtle.verify(signing, key, Buffer.from(signature, 'base64'), payload(name, size, hash, signedAt, isPinned)),
    ...more,
  };
}

export const publicKeyOf = (identity) => Buffer.from(identity.publicKeySpki).toString('base64');

/** What an honest peer says in the `meta` of its own file. */
export async function signedFields(identity, file, isPinned = false) {
  const signature = await identity.signMetadata(file.name, file.bytes.length, file.hash, isPinned);
  return {
    originalSenderId: identity.peerId,
    signature,
    publicKeyBase64: publicKeyOf(identity),
    identityCreatedAt: identity.createdAt,
  };
}
