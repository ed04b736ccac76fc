/** What came of a call; the error says why not. */
export type Result<T> =
  | {
      /** It was done. */
      ok: true;
      /** What the call gives. */
      value: T;
    }
  | {
      /** It was not done. */
      ok: false;
      /** A `PeerSessionError` with its code, or the `TypeError` of a wrong argument. */
      error: Error;
    };

/** Who this side is, and how it signs. What exactly is signed, and with which algorithm, is the application's own matter. */
export interface SignedIdentity {
  /** Milliseconds since the epoch; sent with each file, and part of what is signed. */
  createdAt: number;
  /** The first 16 hexadecimal digits of the SHA-256 of `publicKeySpki`. */
  peerId: string;
  /** The public key; without one nothing is signed. */
  publicKeySpki: ArrayBuffer | null;
  /** Resolves with the signature in base64. */
  signMetadata(name: string, size: number, hash: string, isPinned: boolean): Promise<string>;
  /** Makes a key that `verifyMetadata` takes; a rejection counts as a signature that is wrong. */
  importPublicKey(spki: ArrayBuffer): Promise<CryptoKey>;
  /** `createdAt` is the sender's, as it came; undefined from a peer that did not say. */
  verifyMetadata(
    key: CryptoKey,
    signature: string,
    name: string,
    size: number,
    hash: string,
    createdAt: number,
    isPinned: boolean,
  ): Promise<boolean>;
}

/** What may be said of a file beside its content; a file of someone else's goes on with what it came with. */
export interface SendImageOptions {
  /** Default false; its meaning is the application's. */
  isPinned?: boolean | undefined;
  /** Default: the blob's `fileName`, else its `name`, else `image.png`. */
  name?: string | undefined;
  /** Meaning and unit are the application's. */
  ttl?: number | undefined;
  /** Whose file it is; give `identity.peerId` for one's own, so that the receiver can check it. */
  originalSenderId?: string | undefined;
  /** The one that a file of someone else's came with, base64, at most 2,048 characters. */
  signature?: string | undefined;
  /** The key that it came with, likewise. */
  publicKeyBase64?: string | undefined;
}

/** What came with a file. */
export interface ImageInfo {
  /** The peer it came from. */
  peerId: string;
  /** As the sender gave it. */
  isPinned: boolean;
  /** As the sender gave it: data, never a path. */
  name: string;
  /** As the sender gave it. */
  ttl: number | undefined;
  /**
   * Whose file it is. Checked when `signature` and `publicKeyBase64` are there, and then absent unless it was right;
   * without both it is only what the peer says.
   */
  originalSenderId: string | undefined;
  /** Base64, as it came; give it on with the file. */
  signature: string | undefined;
  /** SPKI in base64, as it came; give it on with the file. */
  publicKeyBase64: string | undefined;
  /** The verified SHA-256, lower-case hexadecimal. */
  hash: string;
}

/** Called once for each file that arrived whole and with the right hash. */
export type OnSignedImage = (blob: Blob, info: ImageInfo) => unknown;
