import type { PullOptions, Sink, SinkFile } from '../api/sink.js';
import { requireRoom } from './quota.js';

type Target = NonNullable<PullOptions['to']>;

/** By what it can do: a file's own stream also has a `write`, which does not say when there is room. */
export function toSink(to: Target): Sink {
  if ('createWritable' in to) return new FileHandleSink(to);
  if ('getWriter' in to) return new StreamSink(to);
  return 'sink' in to ? to.sink() : to;
}

class StreamSink implements Sink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    // Each method says it, too.
    this.#writer.closed.catch(() => undefined);
    this.#writer.ready.catch(() => undefined);
  }

  /** The stream may take a chunk into its queue at once: it has room for the next one when it says so. */
  async write(chunk: Uint8Array): Promise<void> {
    await this.#writer.write(chunk);
    await this.#writer.ready;
  }

  finish(): Promise<void> {
    return this.#writer.close();
  }

  abort(reason: unknown): Promise<void> {
    return this.#writer.abort(reason);
  }
}

/** Nothing of the file is changed before its first byte comes, and all of it takes effect at the end. */
class FileHandleSink implements Sink {
  readonly #handle: FileSystemFileHandle;
  #stream: Promise<StreamSink> | undefined;

  constructor(handle: FileSystemFileHandle) {
    this.#handle = handle;
  }

  async open({ size }: SinkFile): Promise<undefined> {
    if (await isPrivate(this.#handle)) await requireRoom(size);
  }

  async write(chunk: Uint8Array): Promise<void> {
    await (await this.#open()).write(chunk);
  }

  async finish(): Promise<File> {
    await (await this.#open()).finish();
    return this.#handle.getFile();
  }

  async abort(reason: unknown): Promise<void> {
    await (await this.#stream)?.abort(reason);
  }

  #open(): Promise<StreamSink> {
    this.#stream ??= this.#handle.createWritable().then((stream) => new StreamSink(stream));
    return this.#stream;
  }
}

/** Whether it is in the origin-private file system: for other disks there is no quota. */
async function isPrivate(handle: FileSystemFileHandle): Promise<boolean> {
  try {
    return (await (await navigator.storage.getDirectory()).resolve(handle)) !== null;
  } catch {
    return false;
  }
}
