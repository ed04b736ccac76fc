import { PeerSessionError } from '../api/errors.js';
import type { Digest } from '../api/options.js';
import type { PullOptions, Sink } from '../api/sink.js';
import { toBytes, type Bytes } from '../basics/bytes.js';
import { onRejection } from '../basics/thenable.js';
import type { CallbackQueue } from '../engine/callback-queue.js';
import type { DriverParts } from '../session/driver.js';
import { toSink } from '../sinks/to-sink.js';
import { cloneable, toError, type Failure } from './failure.js';
import type { Call, HostedSink, Questions, ToHost } from './messages.js';

/** A sink of the application's, and which file goes there. */
interface Kept {
  sink: Sink;
  transferId: string;
}

type Answering = {
  [K in Exclude<keyof Questions, 'mayReceive'>]: (...given: Questions[K]['given']) => unknown;
};

/** Answers what only the page knows: whom it takes files from, what it has, what the application's functions and sinks say. */
export class Answers {
  readonly #parts: DriverParts;
  readonly #callbacks: CallbackQueue;
  readonly #post: (call: Call<ToHost>, transfer: Transferable[]) => void;
  readonly #sinks = new Map<number, Kept>();
  #lastSink = 0;
  /** What sinks have returned and thrown, by the file: as it was, and not as it crosses. */
  readonly #results = new Map<string, unknown>();
  readonly #faults = new Map<string, unknown>();

  constructor(
    parts: DriverParts,
    callbacks: CallbackQueue,
    post: (call: Call<ToHost>, transfer: Transferable[]) => void,
  ) {
    this.#parts = parts;
    this.#callbacks = callbacks;
    this.#post = post;
  }

  /** As the host can have it: a file is opened there, all else stays the page's. Throws what a stream that is in use throws. */
  sinkFor(to: NonNullable<PullOptions['to']>, transferId: string): HostedSink {
    if ('createWritable' in to && isCloneable(to)) return to;
    const sink = ++this.#lastSink;
    this.#sinks.set(sink, { sink: toSink(to), transferId });
    return { sink };
  }

  resultOf(transferId: string, result: unknown): unknown {
    const made = this.#results.has(transferId) ? this.#results.get(transferId) : result;
    this.#results.delete(transferId);
    return made;
  }

  /** With what its sink threw, where that is why. */
  explain(failure: Failure): Failure {
    const { code, transferId = '' } = failure;
    const fault = this.#faults.get(transferId);
    const isExplained = code === 'store-failed' && this.#faults.has(transferId);
    this.#faults.delete(transferId);
    this.#results.delete(transferId);
    return isExplained ? { ...failure, cause: [fault] } : failure;
  }

  keep(hash: string, size: number, bytes: Bytes): void {
    try {
      onRejection(this.#parts.partial?.keep(hash, size, bytes), (cause) => {
        this.#report(cause);
      });
    } catch (cause) {
      this.#report(cause);
    }
  }

  ask<K extends keyof Questions>(question: number, name: K, given: Questions[K]['given']): void {
    if (name === 'mayReceive') {
      // In its place among the callbacks, and not in another turn.
      this.#callbacks.ask(() =>
        this.#parts.events.mayReceive((allowed) => {
          this.#post(['answer', question, allowed], []);
        }),
      );
      return;
    }
    void this.#answer(question, async () => {
      const answer = this.#answers[name as keyof Answering] as (...given: unknown[]) => unknown;
      return answer(...given);
    });
  }

  readonly #answers: Answering = {
    find: async (hash, size) => {
      const blob = this.#parts.held.find(hash, size);
      if (blob) return blob;
      try {
        const bytes = await this.#parts.partial?.take(hash, size);
        return bytes && bytes.length > 0 && bytes.length <= size ? bytes : undefined;
      } catch (cause) {
        this.#report(cause);
        return undefined;
      }
    },
    digest: (content) => (this.#parts.options.digest as Digest)(content),
    write: (sink, chunk, at) => this.#useSink(sink, (kept) => kept.write(chunk, at), nothing),
    finish: (sink) =>
      this.#useSink(
        sink,
        (kept) => kept.finish(),
        (result, transferId) => {
          this.#results.set(transferId, result);
          this.#sinks.delete(sink);
        },
      ),
    abort: (sink, reason) =>
      this.#useSink(
        sink,
        (kept) => kept.abort(toError(reason)),
        () => {
          this.#sinks.delete(sink);
        },
      ),
  };

  async #useSink(
    number: number,
    use: (sink: Sink) => unknown,
    used: (result: unknown, transferId: string) => void,
  ): Promise<undefined> {
    const kept = this.#sinks.get(number);
    if (!kept) return undefined;
    const { sink, transferId } = kept;
    try {
      used(await use(sink), transferId);
    } catch (cause) {
      this.#faults.set(transferId, cause);
      throw cause;
    }
    return undefined;
  }

  async #answer(question: number, work: () => Promise<unknown>): Promise<void> {
    let call: Call<ToHost>;
    let transfer: Transferable[] = [];
    try {
      const value = await work();
      call = ['answer', question, value];
      const buffer = toBytes(value)?.buffer;
      if (buffer) transfer = [buffer];
    } catch (cause) {
      call = ['refuse', question, cloneable(cause)];
    }
    try {
      this.#post(call, transfer);
    } catch (cause) {
      // Memory that cannot be given away, as WebAssembly's.
      this.#post(transfer.length > 0 ? call : ['refuse', question, cloneable(cause)], []);
    }
  }

  #report(cause: unknown): void {
    this.#parts.events.reported(new PeerSessionError('callback-failed', { cause }));
  }
}

const nothing = (): void => {};

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
