// @ts-check
import { constants } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Ledger } from './ledger.mjs';
import { createNew, renameToNew } from './names.mjs';

/** What has to come once more, at the most, after the process was killed. */
const flushEvery = { bytes: 8 * 1024 * 1024, milliseconds: 2_000 };

/** Contents that sinks of this process are writing, by folder, hash and size. */
const claims = new Set();

/** It becomes a part of a name. */
const isHash = /^[0-9a-f]{64}$/;

/** @typedef {import('../dist/transfers.js').Sink} Sink */

/**
 * A file on its way into a folder: `NAME.part` until it is whole and verified, and a ledger of what is safe of it.
 *
 * @implements {Sink}
 */
export class DiskSink {
  /** @type {import('node:fs/promises').FileHandle | undefined} */
  #file;
  #part = '';
  #size = 0;
  #safe = 0;
  #safeSince = 0;
  /** @type {Ledger | undefined} Nothing for a content without a name, or one that another sink is writing. */
  #ledger;
  #claim = '';
  #isOver = false;
  /** @type {Promise<unknown>} What was asked for last: one thing after the other, and the end after what is under way. */
  #last = Promise.resolve();

  /**
   * @param {string} folder
   * @param {string} name One that is safe.
   * @param {(bytes: number) => void} [goesOn] Told where, when there is a part from before.
   */
  constructor(folder, name, goesOn = () => {}) {
    this.folder = folder;
    this.name = name;
    this.goesOn = goesOn;
  }

  /** @param {import('../dist/transfers.js').SinkFile} file */
  open({ hash, size }) {
    return this.#next(async () => {
      this.#size = size;
      const entry = isHash.test(hash ?? '') ? await this.#resume(String(hash), size) : undefined;
      await this.#requireRoom(size - (entry?.bytes ?? 0));
      if (!entry) return undefined;
      this.goesOn(entry.bytes);
      return { at: entry.bytes, hashState: entry.hashState };
    });
  }

  /**
   * @param {Uint8Array} chunk
   * @param {number} at
   * @param {() => Uint8Array<ArrayBuffer>} hashState
   */
  write(chunk, at, hashState) {
    return this.#next(async () => {
      const file = await this.#opened();
      for (let done = 0; done < chunk.length;) {
        done += (await file.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
      }
      const written = at + chunk.length;
      const isMuch = written - this.#safe >= flushEvery.bytes;
      const isLong = performance.now() >= this.#safeSince + flushEvery.milliseconds;
      if (!this.#ledger || (!isMuch && !isLong)) return;
      // First the bytes, then the word of them.
      const state = hashState();
      await file.datasync();
      await this.#ledger.write({ part: this.#part, bytes: written, hashState: state });
      this.#safe = written;
      this.#safeSince = performance.now();
    });
  }

  restart() {
    return this.#next(async () => {
      this.#safe = 0;
      await this.#ledger?.remove();
      await this.#file?.truncate(0);
    });
  }

  /** Gives the path of the file. */
  finish() {
    return this.#next(async () => {
      const file = await this.#opened();
      await file.truncate(this.#size);
      await file.sync();
      await this.#close();
      const name = await renameToNew(this.folder, this.#part, this.name);
      await syncFolder(this.folder);
      await this.#ledger?.remove();
      this.#end();
      return join(this.folder, name);
    });
  }

  abort() {
    return this.#finishAs(false);
  }

  keep() {
    return this.#finishAs(this.#ledger !== undefined);
  }

  /** Resolves when nothing is under way. Its end is asked for in the turn in which the transfer's is told. */
  async settled() {
    await setImmediate();
    await this.#last;
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #next(work) {
    const done = this.#last.then(() => {
      if (this.#isOver) throw new Error('The transfer is over.');
      return work();
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** @param {boolean} isKept */
  #finishAs(isKept) {
    return this.#next(async () => {
      try {
        await this.#close();
        // The ledger has what is safe of it.
        if (isKept && this.#safe > 0) return;
        await this.#ledger?.remove();
        if (this.#part !== '') await rm(join(this.folder, this.#part), { force: true });
      } finally {
        this.#end();
      }
    });
  }

  #end() {
    this.#isOver = true;
    claims.delete(this.#claim);
  }

  async #close() {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #opened() {
    if (this.#file) return this.#file;
    const { name, file } = await createNew(this.folder, this.name, '.part');
    this.#part = name;
    this.#safeSince = performance.now();
    return (this.#file = file);
  }

  /**
   * What there is of that content, when nobody else is writing it.
   *
   * @param {string} hash
   * @param {number} size
   */
  async #resume(hash, size) {
    const claim = JSON.stringify([this.folder, hash, size]);
    if (claims.has(claim)) return undefined;
    claims.add((this.#claim = claim));
    const ledger = new Ledger(this.folder, { hash, size });
    if (await ledger.isTaken()) return undefined;
    this.#ledger = ledger;
    const entry = await ledger.read();
    if (!entry) return undefined;
    const file = await openPart(join(this.folder, entry.part), entry.bytes);
    if (!file) return undefined;
    this.#file = file;
    this.#part = entry.part;
    this.#safe = entry.bytes;
    this.#safeSince = performance.now();
    return entry;
  }

  /** @param {number} bytes */
  async #requireRoom(bytes) {
    const disk = await statfs(this.folder).catch(() => undefined);
    if (disk && disk.bavail * disk.bsize < bytes) throw new Error(`The disk of ${this.folder} has no room for it.`);
  }
}

/**
 * The part of that name, cut to what is safe of it; nothing when it has less, or is no file.
 *
 * @param {string} path
 * @param {number} bytes
 */
async function openPart(path, bytes) {
  let file;
  try {
    // No way out of the folder by a link.
    file = await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    const stats = await file.stat();
    if (!stats.isFile() || stats.size < bytes) throw new RangeError('That is not what was written.');
    await file.truncate(bytes);
    return file;
  } catch {
    await file?.close();
    return undefined;
  }
}

/** @param {string} folder */
async function syncFolder(folder) {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Not every platform can; the file itself is safe.
  }
}
