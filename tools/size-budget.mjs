// Refuses a package that has grown past its budget. Raise a line only with the reason beside it.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureSizes } from './bench/sizes.mjs';
import { packageFolder } from './setup/paths.mjs';

const kib = 1024;
/** gzip level 9, bytes. */
export const budget = {
  // 57: signals read by their shape, peers told apart, and waits that end whatever the platform does.
  main: 57 * kib,
  // The main entry's, and what signing adds.
  signed: 58 * kib,
  lazy: 22 * kib,
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
