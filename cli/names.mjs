// @ts-check
import { open, rename } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Of one name; a folder with more of them has another problem. */
const mostTries = 10_000;

/**
 * @param {string} name
 * @param {number} number From 1 on; the first has none.
 */
export function numbered(name, number) {
  if (number === 1) return name;
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)} (${number})${extension}`;
}

/**
 * Makes a file that was not there before, under that name or the next one that is free.
 *
 * @param {string} folder
 * @param {string} name
 * @param {string} [suffix] Behind the number.
 */
export async function createNew(folder, name, suffix = '') {
  for (let number = 1; ; number += 1) {
    const free = `${numbered(name, number)}${suffix}`;
    try {
      return { name: free, file: await open(join(folder, free), 'wx+') };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST' || number >= mostTries) throw error;
    }
  }
}

/**
 * Gives a file its name, or the next one that is free, and never another file's: the name is taken first.
 *
 * @param {string} folder
 * @param {string} from
 * @param {string} name
 */
export async function renameToNew(folder, from, name) {
  const place = await createNew(folder, name);
  await place.file.close();
  await rename(join(folder, from), join(folder, place.name));
  return place.name;
}
