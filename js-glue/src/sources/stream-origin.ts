import type { StreamSource } from '../api/source.js';
import { toBytes, type Bytes } from '../basics/bytes.js';
import { onRejection } from '../basics/thenable.js';
import { Pieces } from '../files/pieces.js';
import type { Origin, Source } from '../transfers/ports.js';
import { Fault } from './fault.js';

/** Milliseconds for which pieces are gathered into one answer: what a slow stream brings goes on its way. */
const gathering = 100;

/** A stream of which it is known how much it brings. It can be read once; the engine sees to that, by `once`. */
export class StreamOrigin implements Origin, Source {
  readonly once = true;
  readonly #stream: ReadableStream<unknown>;
  readonly #size: number;
  readonly #pieces = new Pieces();
  #reader: ReadableStreamDefaultReader<unknown> | undefined;
  #end = 0;
  #isOver = false;

  constructor({ stream, size }: StreamSource) {
    this.#stream = stream;
    this.#size = size;
  }

  open(): Source {
    return this;
  }

  /**
   * Beyond `end` no more is held than one piece, which is in memory, however large it is, before it can be refused. The last bytes count
   * when the stream has ended with them.
   */
  async readTo(end: number): Promise<number> {
    try {
      const until = performance.now() + gathering;
      const before = this.#end;
      while (this.#end < end && (this.#end === before || performance.now() < until)) {
        if (!(await this.#readPiece())) throw new Fault('wrong-size');
      }
      if (this.#end === this.#size && (await this.#readPiece())) throw new Fault('wrong-size');
    } catch (cause) {
      throw cause instanceof Fault ? cause : new Fault('unreadable', cause);
    }
    return Math.min(this.#end, end);
  }

  take(length: number): Bytes {
    return this.#pieces.take(length);
  }

  cancel(): void {
    const letGo = () => {};
    try {
      onRejection((this.#reader ?? this.#stream).cancel(), letGo);
    } catch {
      letGo();
    }
  }

  release(): void {
    this.cancel();
  }

  /** False when there is no more. An empty one is none. */
  async #readPiece(): Promise<boolean> {
    this.#reader ??= this.#stream.getReader();
    while (!this.#isOver) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      const piece = toBytes(value);
      if (!piece) throw new TypeError('The stream brings something other than bytes.');
      if (piece.length === 0) continue;
      if (piece.length > this.#size - this.#end) throw new Fault('wrong-size');
      this.#pieces.add(piece);
      this.#end += piece.length;
      return true;
    }
    this.#isOver = true;
    return false;
  }
}
