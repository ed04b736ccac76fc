import { toBytes, type Bytes } from '../basics/bytes.js';
import { onRejection } from '../basics/thenable.js';
import { afterThisTurn } from '../basics/turn.js';
import { Pieces } from '../files/pieces.js';
import type { Origin, OriginParts, Source } from '../transfers/ports.js';
import { Fault } from './fault.js';

/** A stream of which it is known how much it brings. It can be read once; the engine sees to that, by `once`. */
export class StreamOrigin implements Origin, Source {
  readonly once = true;
  readonly #stream: ReadableStream<unknown>;
  readonly #size: number;
  readonly #pieces = new Pieces();
  #reader: ReadableStreamDefaultReader<unknown> | undefined;
  #pending: Promise<boolean> | undefined;
  /** So much was read, */
  #end = 0;
  /** and so much of it told. */
  #reached = 0;
  #isOver = false;

  constructor({ stream, size }: { stream: ReadableStream<unknown>; size: number }) {
    this.#stream = stream;
    this.#size = size;
  }

  /** Not once it is being read. */
  get parts(): OriginParts | undefined {
    return this.#reader ? undefined : { stream: this.#stream, isHashed: false };
  }

  open(): Source {
    return this;
  }

  /**
   * What a slow stream brings goes on its way at once: no block has to be whole. Beyond `end` no more is held than one piece, which is in
   * memory, however large it is, before it can be refused. The last bytes count when the stream has ended with them.
   */
  async readTo(end: number): Promise<number> {
    try {
      while (this.#end < end) {
        const next = this.#next();
        if (this.#end > this.#reached && !(await isThere(next))) break;
        if (!(await next)) throw new Fault('wrong-size');
      }
      if (this.#end === this.#size && (await this.#next())) throw new Fault('wrong-size');
    } catch (cause) {
      throw cause instanceof Fault ? cause : new Fault('unreadable', cause);
    }
    this.#reached = Math.min(this.#end, end);
    return this.#reached;
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

  /** One at a time. Whoever asked may not wait for it any more. */
  #next(): Promise<boolean> {
    if (!this.#pending) {
      this.#pending = this.#readPiece().finally(() => {
        this.#pending = undefined;
      });
      this.#pending.catch(() => undefined);
    }
    return this.#pending;
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

/** Whether it settles in this turn. */
function isThere(promise: Promise<unknown>): Promise<boolean> {
  const isSettled = promise.then(
    () => true,
    () => true,
  );
  const later = new Promise<boolean>((resolve) => {
    afterThisTurn(() => {
      resolve(false);
    });
  });
  return Promise.race([isSettled, later]);
}
