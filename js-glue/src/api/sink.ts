/** What is known of a file before it comes. */
export interface SinkFile {
  /** Lower-case hexadecimal SHA-256 of the content; undefined where the peer has not said it yet. */
  hash: string | undefined;
  /** Bytes. */
  size: number;
}

/** What a sink has of a file from an earlier pull. */
export interface SinkProgress {
  /** Bytes from the start of the file, all of them safe. */
  at: number;
  /** What `hashState` of `write` gave for them. */
  hashState: ReturnType<Uint8Array['slice']>;
}

/**
 * Where a pulled file goes, piece by piece and in order, when that is not memory. Each method may return a promise. After all has been
 * written, and is what its hash says, comes `finish`; otherwise `abort` or `keep`, once, and nothing after it.
 */
export interface Sink {
  /**
   * Comes first, where there is one, and before the peer is asked for the file: what throws here because there is no room for it costs
   * nothing, and the file may be pulled later. It has 10 s (`readTimeout`).
   *
   * @returns What it has of that content from before: the peer is asked for the rest. Undefined: nothing.
   */
  open?(file: SinkFile): SinkProgress | undefined | Promise<SinkProgress | undefined>;
  /**
   * Takes the next bytes, which are its own from then on. Not called again before it has settled.
   *
   * @param chunk - At most 1 MiB. A `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 knows too.
   * @param at - Where they begin in the file: behind those before, and the first ones at 0, or where `open` has said.
   * @param hashState - Gives the state of the file's SHA-256 behind these bytes, with which another pull can go on here. To be called
   * before this settles.
   */
  write(chunk: ReturnType<Uint8Array['slice']>, at: number, hashState: () => SinkProgress['hashState']): unknown;
  /** What `open` has told of is of no use: the file comes from its beginning. Needed where `open` tells of anything. */
  restart?(): unknown;
  /**
   * The file is whole, and verified.
   *
   * @param hash - Its SHA-256.
   * @returns The `result` of the `received` event.
   */
  finish(hash: string): unknown;
  /**
   * The file will not come, for that reason: what was written of it is worth nothing. Called as soon as that is known, maybe while a
   * `write` or `finish` is under way.
   */
  abort(reason: unknown): unknown;
  /** In place of `abort`, where there is one and nothing but the way was at fault: another pull of that content may go on. */
  keep?(reason: unknown): unknown;
}

/** What a store of the origin-private file system was made with. @internal */
export interface StoreSettings {
  name: string;
  maxBytes: number;
  maxAge: number;
}

/** Of such a store: a Worker makes one like it. @internal */
export const storeSettings: unique symbol = Symbol.for('peer-session/opfs settings');

/** Where many files may go, such as the `OpfsStore` of `peer-session/opfs`. */
export interface SinkStore {
  /** One for each file. */
  sink(): Sink;
}

/** What a pull into a sink may be given. */
export interface PullOptions {
  /**
   * Where the file goes: a `Sink`, a store of them, a `WritableStream`, or a `FileSystemFileHandle`, as from `showSaveFilePicker()` or the
   * origin-private file system. Left out or null: into memory, and to `onImage`.
   */
  to?: Sink | SinkStore | WritableStream<Uint8Array> | FileSystemFileHandle | null;
  /** Bytes that may be here and not taken by the sink, beside what it is writing. Default 8 MiB. */
  room?: number | null;
}
