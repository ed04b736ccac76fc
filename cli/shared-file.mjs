// @ts-check
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { diskHandle } from './disk-file.mjs';
import { Ending, exitCodes } from './exit-codes.mjs';

/** What browsers show by its type; all else they save. */
const types = new Map([
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.webp', 'image/webp'],
  ['.avif', 'image/avif'],
  ['.svg', 'image/svg+xml'],
  ['.pdf', 'application/pdf'],
  ['.txt', 'text/plain'],
]);

/**
 * A file to send.
 *
 * @typedef {object} SharedFile
 * @property {string} name
 * @property {number} size
 * @property {string} type
 * @property {FileSystemFileHandle} handle
 * @property {string} hash Empty until it is known.
 * @property {'waiting' | 'delivered' | 'failed'} state
 */

/**
 * @param {string} path
 * @returns {Promise<SharedFile>}
 * @throws {Ending} for what is no file that can be read.
 */
export async function sharedFile(path) {
  const name = basename(path);
  const type = types.get(extname(name).toLowerCase()) ?? '';
  const stats = await stat(path).catch((error) => {
    throw new Ending(exitCodes.usage, `"${path}" cannot be read (${error.code}).`);
  });
  if (!stats.isFile())
    throw new Ending(exitCodes.usage, `"${path}" is no file; a folder has to be packed into one first.`);
  const { size, mtimeMs } = stats;
  return { name, size, type, handle: diskHandle(path, { name, type, size, mtimeMs }), hash: '', state: 'waiting' };
}
