// Refuses a package that has grown past its budget. Raise a line only with the reason beside it.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureSizes } from './bench/sizes.mjs';
import { packageFolder } from './setup/paths.mjs';

const kib = 1024;
/** gzip level 9, bytes. */
export const budget = {
  // 3 KiB for turns that are bounded, an engine that is replaced when it traps, values of other realms, and the check of every
  // argument and option by name.
  main: 59 * kib,
  // The main entry's, and what signing adds.
  signed: 60 * kib,
  lazy: 23 * kib,
  wasm: 36 * kib,
};
const names = { main: 'index.js', signed: 'signed.js', lazy: 'lazy.js', wasm: 'engine.wasm' };

/** Prints each file with its budget; resolves with whether all are within. */
export async function checkSizes() {
  const sizes = await measureSizes();
  let ok = true;
  for (const [key, most] of Object.entries(budget)) {
    const size = sizes[key].gzip;
    const fits = size <= most;
    ok &&= fits;
    const path = join(packageFolder, names[key]);
    if (!fits) process.stdout.write(`${path}: ${size} bytes gzip, ${size - most} over its budget of ${most}\n`);
  }
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await checkSizes()) ? 0 : 1;
}
