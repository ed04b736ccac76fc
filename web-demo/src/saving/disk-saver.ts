import type { Offer } from '../session/model.js';
import type { Saver } from '../session/saver.js';
import { pickers } from '../util/pickers.js';
import { destinationFor, IN_MEMORY } from './destination.js';
import type { KeptFiles } from './kept-files.js';

type Destination = Awaited<ReturnType<Saver['open']>>;

/** Large files go to the disk while they arrive: where the person says, or into the browser's own file system. */
export class DiskSaver implements Saver {
  #isClick = false;
  readonly #saved = new WeakSet<Blob>();
  readonly #destinations = new Map<string, ReturnType<typeof destinationFor>>();

  /** Without `kept` this browser keeps no files, or not in this window. */
  constructor(private readonly kept: KeptFiles | undefined) {}

  /** A person has clicked to accept one file, within `accept`: a file picker may open. */
  byClick(accept: () => void): void {
    this.#isClick = true;
    accept();
    this.#isClick = false;
  }

  async open(offer: Offer): Promise<Destination> {
    const mayAsk = this.#isClick && pickers().showSaveFilePicker !== undefined;
    const { key, size, name } = offer;
    const hasRoom = size <= IN_MEMORY || ((await this.kept?.hasRoom(offer)) ?? false);
    const destination = destinationFor(size, { keepsFiles: this.kept !== undefined, hasRoom, mayAsk });
    this.#destinations.set(key, destination);
    if (destination === 'ask') return { to: await pickers().showSaveFilePicker?.({ suggestedName: name }) };
    return destination === 'store' && this.kept ? { to: this.kept.sink() } : {};
  }

  finished({ key, size, mime }: Offer, result: unknown): Promise<Blob> {
    const blob = result as Blob;
    const destination = this.#destinations.get(key);
    this.#destinations.delete(key);
    if (destination === 'ask') this.#saved.add(blob);
    return Promise.resolve(destination === 'store' ? blob.slice(0, size, mime) : blob);
  }

  /** It lies where the person said, so that it need not be saved. */
  isSaved(blob: Blob): boolean {
    return this.#saved.has(blob);
  }
}
