// @ts-check
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildFolder } from '../setup/paths.mjs';

/** @param {string} name */
export const resultsFile = (name) => join(buildFolder, 'bench', `${name}.json`);

/** @param {string} name @param {unknown} measured */
export async function writeResults(name, measured) {
  const file = resultsFile(name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(measured, null, 2)}\n`);
}
