/**
 * Reads a Blob once, from its beginning to its end.
 *
 * As a stream, because every slice must be made known to another process first: in Chromium slices take twice the time, half
 * of it waiting. Only what is wanted whole is cheaper in one piece.
 */
export class BlobReader {
  readonly #blob: Blob;
  #stream: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  /** Read and not yet taken, in order. */
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #end = 0;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  /** Resolves when the bytes before `end` have been read, maybe with some beyond; rejects when they cannot be. */
  async readTo(end: number): Promise<void> {
    if (this.#end === 0 && end === this.#blob.size) {
      this.#keep(new Uint8Array(await this.#blob.arrayBuffer()));
    } else {
      this.#stream ??= this.#blob.stream().getReader();
      while (this.#end < end) {
        const { done, value } = await this.#stream.read();
        if (done) break;
        this.#keep(value);
      }
    }
    if (this.#end < end || this.#end > this.#blob.size) throw new Error('The file has another size than it had.');
  }

  /** The next bytes: a view where they lie together. Only what was read may be taken. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const first = this.#pieces[0];
    if (first && first.length >= length) return this.#takeFrom(first, length);
    const gathered = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const piece = this.#pieces[0];
      if (!piece) throw new Error('The engine sends what was not read.');
      const part = this.#takeFrom(piece, Math.min(piece.length, length - at));
      gathered.set(part, at);
      at += part.length;
    }
    return gathered;
  }

  /** Lets go of what the browser holds for this file. */
  cancel(): void {
    this.#stream?.cancel().catch(() => {});
  }

  #takeFrom(first: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
    if (first.length === length) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(length);
    return first.subarray(0, length);
  }

  #keep(bytes: Uint8Array<ArrayBuffer>): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError("The file's stream brings something other than bytes.");
    this.#pieces.push(bytes);
    this.#end += bytes.length;
  }
}
