/** The bytes of an `ArrayBuffer`, in words that TypeScript before 5.7 knows too. */
export type PartialBytes = ReturnType<Uint8Array['slice']>;

/**
 * Where files wait that have arrived in part, so that another transfer of the same content goes on at the byte it had: on the next
 * session with that peer, or with another one. What it gives out is checked: content with another hash is never delivered.
 */
export interface PartialStore {
  /**
   * Gives out the first bytes of that content, and keeps them no longer: as long as a transfer has them, no other may.
   * Undefined, or as many bytes as none: there are none. One that throws or rejects has none, and an `error` event says so.
   *
   * @param hash - Lower-case hexadecimal SHA-256 of the whole content.
   * @param size - Of the whole content, in bytes.
   */
  take(hash: string, size: number): PartialBytes | undefined | Promise<PartialBytes | undefined>;
  /**
   * Keeps the first bytes of that content, for a while; they are the store's from now on. Where it has more of it already, it keeps
   * that.
   */
  keep(hash: string, size: number, bytes: PartialBytes): unknown;
}
