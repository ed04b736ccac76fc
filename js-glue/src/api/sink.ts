/**
 * Where a pulled file goes, piece by piece and in order, when that is not memory. Each method may return a promise. After all has been
 * written, and is what its hash says, comes `finish`; otherwise `abort`, once, and nothing after it.
 */
export interface Sink {
  /**
   * Takes the next bytes, which are its own from then on. Not called again before it has settled.
   *
   * @param chunk - At most 1 MiB. A `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 knows too.
   * @param at - Where they begin in the file: behind those before, and the first ones at 0.
   */
  write(chunk: ReturnType<Uint8Array['slice']>, at: number): unknown;
  /** The file is whole, and verified. What this returns is the `result` of the `received` event. */
  finish(): unknown;
  /**
   * The file will not come, for that reason: what was written of it is worth nothing. Called as soon as that is known, maybe while a
   * `write` or `finish` is under way.
   */
  abort(reason: unknown): unknown;
}

/** What a pull into a sink may be given. */
export interface PullOptions {
  /**
   * Where the file goes: a `Sink`, a `WritableStream`, or a `FileSystemFileHandle`, as from `showSaveFilePicker()` or the origin-private
   * file system. Left out or null: into memory, and to `onImage`.
   */
  to?: Sink | WritableStream<Uint8Array> | FileSystemFileHandle | null;
  /** Bytes that may be here and not taken by the sink, beside what it is writing. Default 8 MiB. */
  room?: number | null;
}
