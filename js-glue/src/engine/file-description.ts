/** What is said of a file; absent is what is not said. */
export interface FileDescription {
  transferId: string;
  name: string;
  size: number;
  mime: string;
  hash: string;
  isPinned: boolean;
  ttl?: number | undefined;
  originalSenderId?: string | undefined;
  signature?: string | undefined;
  publicKeyBase64?: string | undefined;
  /** Only in a claim that is to be checked. */
  identityCreatedAt?: number | undefined;
  /** Only in an offer: JSON text. */
  extra?: string | undefined;
}
