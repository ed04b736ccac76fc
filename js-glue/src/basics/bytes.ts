/** Bytes of memory that is not shared. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The bytes of a buffer, or of a view of one, whoever made it: those of an iframe, of Node or of a test environment are no
 * instances of this realm's classes. Undefined for what holds none.
 */
export function toBytes(value: unknown): Bytes | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  }
  return tagOf(value) === 'ArrayBuffer' ? new Uint8Array(value as ArrayBuffer) : undefined;
}

/** What an object of the platform says it is, in any realm. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
