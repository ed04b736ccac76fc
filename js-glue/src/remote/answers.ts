import { PeerSessionError } from '../api/errors.js';
import type { Digest } from '../api/options.js';
import type { PartialBytes } from '../api/partial-store.js';
import { storeSettings, type PullOptions, type Sink, type SinkProgress, type StoreSettings } from '../api/sink.js';
import { toBytes, type Bytes } from '../basics/bytes.js';
import { isThenable, onRejection } from '../basics/thenable.js';
import type { CallbackQueue } from '../engine/callback-queue.js';
import type { DriverParts } from '../session/driver.js';
import { toSink } from '../sinks/to-sink.js';
import type { Origin, Source } from '../transfers/ports.js';
import { cloneable, toError, type Failure } from './failure.js';
import type { Call, HostedSink, Questions, ToHost } from './messages.js';

/** A sink of the application's, and which file goes there. */
interface Kept {
  sink: Sink;
  transferId: string;
}

/** A file that is read here, and where its reading has come to. */
interface Read {
  origin: Origin;
  source: Source | undefined;
  at: number;
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
  readonly #sources = new Map<string, Read>();
  /** Questions that were not answered. */
  readonly #open = new Set<number>();
  #isOver = false;
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
    if (storeSettings in to) return { store: to[storeSettings] as StoreSettings };
    const sink = toSink(to);
    const number = ++this.#lastSink;
    this.#sinks.set(number, { sink, transferId });
    return { sink: number, has: optional.filter((method) => typeof Reflect.get(sink, method) === 'function') };
  }

  /** Of a file that is read here. */
  keepSource(transferId: string, origin: Origin): void {
    this.#sources.set(transferId, { origin, source: undefined, at: 0 });
  }

  forgetSource(transferId: string): void {
    const read = this.#sources.get(transferId);
    this.#sources.delete(transferId);
    read?.source?.cancel();
    read?.origin.release?.();
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

  ask(question: number, name: keyof Questions, given: unknown[]): void {
    if (name === 'mayReceive') {
      if (this.#isOver) {
        this.#post(['answer', question, false], []);
        return;
      }
      // In its place among the callbacks, and not in another turn.
      this.#callbacks.ask(() =>
        this.#parts.events.mayReceive((allowed) => {
          this.#post(['answer', question, allowed], []);
        }),
      );
      return;
    }
    const answer = this.#answers[name] as (...given: unknown[]) => unknown;
    const refuse = (cause: unknown) => {
      this.#tell(question, ['refuse', question, cloneable(cause)]);
    };
    const say = (value: unknown) => {
      if (this.#open.has(question)) {
        this.#tell(question, ['answer', question, value], value);
      } else if (name === 'find' && ArrayBuffer.isView(value)) {
        // Taken from the store for a session that has ended meanwhile.
        const [hash, size] = given as Questions['find']['given'];
        this.keep(hash, size, value as Bytes);
      }
    };
    this.#open.add(question);
    try {
      const value = answer(...given);
      if (isThenable(value)) void Promise.resolve(value).then(say, refuse);
      else say(value);
    } catch (cause) {
      refuse(cause);
    }
  }

  /** Nobody waits for an answer any more. */
  end(): void {
    this.#isOver = true;
    for (const question of this.#open) this.#post(['refuse', question, undefined], []);
    this.#open.clear();
  }

  readonly #answers: Answering = {
    find: (hash, size) => {
      const blob = this.#parts.held.find(hash, size);
      if (blob) return blob;
      const found = (bytes: PartialBytes | undefined) =>
        bytes && bytes.length > 0 && bytes.length <= size ? bytes : undefined;
      const nothing = (cause: unknown): undefined => {
        this.#report(cause);
      };
      try {
        const taken = this.#parts.partial?.take(hash, size);
        return isThenable(taken) ? Promise.resolve(taken).then(found).catch(nothing) : found(taken);
      } catch (cause) {
        nothing(cause);
        return undefined;
      }
    },
    read: async (transferId, at, length) => {
      const read = this.#sources.get(transferId);
      if (!read) throw new Error('The offer has ended.');
      if (!read.source || read.at !== at) {
        read.source?.cancel();
        read.source = read.origin.open(at);
      }
      const { source } = read;
      const reached = Math.min(await source.readTo(at + length), at + length);
      read.at = reached;
      // What it is a view of may be used again.
      return source.take(reached - at).slice();
    },
    hashOf: (transferId) => this.#sources.get(transferId)?.origin.digest?.() ?? '',
    digest: (content) => (this.#parts.options.digest as Digest)(content),
    openSink: async (sink, file) => {
      let progress: SinkProgress | undefined;
      await this.#useSink(
        sink,
        async (kept) => {
          progress = await kept.open?.(file);
        },
        nothing,
      );
      return progress;
    },
    write: (sink, chunk, at, hashState) =>
      this.#useSink(sink, (kept) => kept.write(chunk, at, () => hashState), nothing),
    restart: (sink) => this.#useSink(sink, (kept) => kept.restart?.(), nothing),
    finish: (sink, hash) =>
      this.#useSink(
        sink,
        (kept) => kept.finish(hash),
        (result, transferId) => {
          this.#results.set(transferId, result);
          this.#sinks.delete(sink);
        },
      ),
    abort: (sink, reason, isKept) =>
      this.#useSink(
        sink,
        (kept) => {
          this.#sinks.delete(sink);
          return isKept ? kept.keep?.(toError(reason)) : kept.abort(toError(reason));
        },
        nothing,
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
      // What is thrown after that is nobody's reason.
      if (this.#sinks.has(number)) this.#faults.set(transferId, cause);
      throw cause;
    }
    return undefined;
  }

  #tell(question: number, call: Call<ToHost>, value?: unknown): void {
    // Answered for it when the session ended.
    if (!this.#open.delete(question)) return;
    const buffer = toBytes(value)?.buffer;
    try {
      this.#post(call, buffer ? [buffer] : []);
    } catch (cause) {
      // Memory that cannot be given away, as WebAssembly's.
      this.#post(buffer ? call : ['refuse', question, cloneable(cause)], []);
    }
  }

  #report(cause: unknown): void {
    this.#parts.events.reported(new PeerSessionError('callback-failed', { cause }));
  }
}

const nothing = (): void => {};

/** What a sink need not have. */
const optional = ['open', 'restart', 'keep'] as const;

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
