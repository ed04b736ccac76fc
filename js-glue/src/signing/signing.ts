import { fromBase64, toBase64 } from '../basics/base64.js';
import type { Signature } from '../engine/engine-module.js';
import type { FileDescription } from '../engine/file-description.js';
import { sha256 } from '../files/sha256.js';
import { requireFunction, requireText } from '../session/arguments.js';
import type { NamedSigner } from '../session/session-setup.js';
import type { SignedIdentity } from './types.js';

/** 64 bits of a key's hash name its owner. */
const idDigits = 16;

/** Signs this side's files and checks those of others, with the application's own cryptography. */
export class Signing implements NamedSigner {
  readonly signerId: string;
  readonly #identity: SignedIdentity;

  /** @throws TypeError for an identity that cannot sign or verify. */
  constructor(identity: SignedIdentity) {
    const given = identity as Partial<SignedIdentity> | null | undefined;
    this.signerId = requireText(given?.peerId, 'identity.peerId');
    for (const name of ['signMetadata', 'importPublicKey', 'verifyMetadata'] as const) {
      requireFunction(given?.[name], `identity.${name}`);
    }
    this.#identity = identity;
  }

  async sign({ name, size, hash, isPinned }: FileDescription): Promise<Signature | undefined> {
    const spki = this.#identity.publicKeySpki;
    if (!spki) return undefined;
    const signature: unknown = await this.#identity.signMetadata(name, size, hash, isPinned);
    return {
      signature: requireText(signature, 'the signature from identity.signMetadata'),
      publicKeyBase64: toBase64(new Uint8Array(spki)),
    };
  }

  /** Whatever goes wrong on the way means that it is not its named sender's. */
  async holds({ originalSenderId, signature, publicKeyBase64, ...file }: FileDescription): Promise<boolean> {
    try {
      if (!originalSenderId || !signature || !publicKeyBase64) return false;
      const spki = fromBase64(publicKeyBase64);
      if ((await sha256(spki)).slice(0, idDigits) !== originalSenderId) return false;
      const key = await this.#identity.importPublicKey(spki.buffer);
      // Signer and verifier must see the same, so that what the peer did not say is passed on as just that.
      const createdAt = file.identityCreatedAt as number;
      const { name, size, hash, isPinned } = file;
      const verdict: unknown = await this.#identity.verifyMetadata(
        key,
        signature,
        name,
        size,
        hash,
        createdAt,
        isPinned,
      );
      return verdict === true;
    } catch {
      return false;
    }
  }
}
