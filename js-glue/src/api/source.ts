/** A file that is made while it is sent, of which it is known how long it will be. It can be sent once. */
export interface StreamSource {
  /** Brings the content, in pieces of any size. It is read when the peer pulls the file, and cancelled when it is not wanted. */
  stream: ReadableStream<Uint8Array>;
  /** Bytes, exactly. */
  size: number;
  /** Default: `file`. */
  name?: string;
  /** The MIME type. Default: none. */
  type?: string;
}

/** What `sendFile` takes: a Blob or `File`, a file on a disk by its handle, or a stream. */
export type FileSource = Blob | FileSystemFileHandle | StreamSource;

/** What `sendFile` may be given. */
export interface SendFileOptions {
  /** Lower-case hexadecimal SHA-256 of the content, where it is known already. */
  hash?: string | null;
  /**
   * A file of more than 64 MiB is hashed before it is offered, too, and not while it is sent: by its hash a receiver goes on with it in
   * another session. Default false.
   */
  hashFirst?: boolean | null;
  /** Default: the source's own. */
  name?: string | null;
  /** The MIME type. Default: the source's own. */
  mime?: string | null;
  /** Its meaning is the application's. Default false. */
  isPinned?: boolean | null;
  /** Meaning and unit are the application's. */
  ttl?: number | null;
  /** Whose file it is, where it is not this side's. */
  originalSenderId?: string | null;
}
