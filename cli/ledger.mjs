// @ts-check
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const version = 1;
/** A process with the number of one that was killed may be another one by now: then nothing is written for this long. */
const signOfLifeMs = 60_000;

/**
 * What is safe of a content.
 *
 * @typedef {object} Entry
 * @property {string} part The name of its file in the same folder.
 * @property {number} bytes From the start of that file, all of them on the disk.
 * @property {Uint8Array<ArrayBuffer>} hashState Behind them.
 */

/** What is said beside the part of a content, for the next one who receives it. Each change takes effect whole or not at all. */
export class Ledger {
  #path;

  /**
   * @param {string} folder
   * @param {{ hash: string, size: number }} content
   */
  constructor(folder, { hash, size }) {
    this.hash = hash;
    this.size = size;
    this.#path = join(folder, `.peer-session-${hash.slice(0, 32)}.json`);
  }

  /** Nothing where there is none, or none that can be understood. */
  async read() {
    const said = await this.#read();
    const { part, bytes, hashState } = said;
    const isOfContent = said.version === version && said.hash === this.hash && said.size === this.size;
    // It may have been edited: a name is no way out of the folder.
    const isPart = typeof part === 'string' && part.endsWith('.part') && basename(part) === part;
    const isPlace = Number.isSafeInteger(bytes) && bytes > 0 && bytes <= this.size;
    if (!isOfContent || !isPart || !isPlace || typeof hashState !== 'string') return undefined;
    return { part, bytes, hashState: Uint8Array.from(Buffer.from(hashState, 'base64')) };
  }

  /** Whether another process is writing that content. */
  async isTaken() {
    const { pid } = await this.#read();
    if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid || !isAlive(pid)) return false;
    const stats = await stat(this.#path).catch(() => undefined);
    return stats !== undefined && Date.now() - stats.mtimeMs < signOfLifeMs;
  }

  /** @param {Entry} entry */
  async write({ part, bytes, hashState }) {
    const { hash, size } = this;
    const state = Buffer.from(hashState).toString('base64');
    const temporary = `${this.#path}.${process.pid}`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify({ version, hash, size, part, bytes, hashState: state, pid: process.pid }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }

  async remove() {
    await rm(this.#path, { force: true });
  }

  async #read() {
    try {
      return Object(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return {};
    }
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There, and another person's.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
