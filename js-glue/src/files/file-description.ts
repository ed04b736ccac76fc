/** What an offer says of its file, apart from what the driver adds. */
export interface OfferedFile {
  name: string;
  mime: string;
  hash: string;
  isPinned: boolean;
  ttl: number | undefined;
  originalSenderId: string | undefined;
  signature?: string | undefined;
  publicKeyBase64?: string | undefined;
}

/** A file as its sender described it; absent is what was not said. */
export interface FileDescription {
  transferId: string;
  name: string;
  size: number;
  mime: string;
  hash: string;
  isPinned: boolean;
  ttl?: number;
  originalSenderId?: string;
  signature?: string;
  publicKeyBase64?: string;
  /** Only in a claim that is to be checked. */
  identityCreatedAt?: number;
}
