import { toBytes, type Bytes } from '../basics/bytes.js';
import { onRejection } from '../basics/thenable.js';
import type { Source } from '../transfers/ports.js';
import { Pieces } from './pieces.js';

/** What a Blob may lack: jsdom's has neither, and is read with a FileReader. */
type ReadableParts = Partial<Pick<Blob, 'stream' | 'arrayBuffer'>>;
const canStream = (blob: Blob): boolean => typeof (blob as ReadableParts).stream === 'function';
const canGiveBuffer = (blob: Blob): boolean => typeof (blob as ReadableParts).arrayBuffer === 'function';

/** Whether there is any way to its bytes. */
export function canRead(blob: Blob): boolean {
  return canStream(blob) || canGiveBuffer(blob) || typeof globalThis.FileReader === 'function';
}

/**
 * Reads a Blob once, from a position to its end.
 *
 * As a stream, because every slice must be made known to another process first: in Chromium slices take twice the time, half
 * of it waiting. Only what is wanted whole is cheaper in one piece.
 */
export class BlobReader implements Source {
  readonly #blob: Blob;
  readonly #start: number;
  #stream: ReadableStreamDefaultReader<unknown> | undefined;
  readonly #pieces = new Pieces();
  #end = 0;

  constructor(blob: Blob, start = 0) {
    this.#blob = start > 0 ? blob.slice(start) : blob;
    this.#start = start;
  }

  async readTo(position: number): Promise<number> {
    const { size } = this.#blob;
    const end = position - this.#start;
    const isWhole = this.#end === 0 && end === size;
    if (canStream(this.#blob) && !(isWhole && canGiveBuffer(this.#blob))) {
      await this.#streamTo(end);
    } else if (this.#end < end) {
      this.#keep(await readPiece(isWhole ? this.#blob : this.#blob.slice(this.#end, end)));
    }
    if (this.#end < end || this.#end > size) throw new RangeError('The file has another size than it had.');
    return position;
  }

  take(length: number): Bytes {
    return this.#pieces.take(length);
  }

  /** A stream that fails at that is let go of all the same. */
  cancel(): void {
    const letGo = () => {};
    try {
      onRejection(this.#stream?.cancel(), letGo);
    } catch {
      letGo();
    }
  }

  async #streamTo(end: number): Promise<void> {
    this.#stream ??= this.#blob.stream().getReader() as ReadableStreamDefaultReader<unknown>;
    while (this.#end < end) {
      const { done, value } = await this.#stream.read();
      if (done) break;
      this.#keep(value);
    }
  }

  #keep(value: unknown): void {
    const bytes = toBytes(value);
    if (!bytes) throw new TypeError('Reading the file brings something other than bytes.');
    this.#pieces.add(bytes);
    this.#end += bytes.length;
  }
}

function readPiece(blob: Blob): Promise<unknown> {
  if (canGiveBuffer(blob)) return blob.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsArrayBuffer(blob);
  });
}
