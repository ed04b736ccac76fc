// Refuses a package that has grown past its budget. Raise a line only with the reason beside it.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureSizes } from './bench/sizes.mjs';
import { packageFolder } from './setup/paths.mjs';

const kib = 1024;
/** gzip level 9, bytes. */
export const budget = {
  // 64 KiB is the most it may ever be. What came since 56: signals read by their shape and peers told apart (1.1), names cut
  // between characters (0.7), turns that are bounded, an engine that is replaced when it traps, values of other realms and the
  // check of every argument and option by name (2.8), an engine that splits and paces what it says (1.2), congestion control
  // (2.5), and lanes (5.3). What went: the JSON library's parser and number writer (6.1), and 5.0 when the engine was packed and
  // its inputs were told by number. The SHA-256 for insecure contexts, 2.6, and the connections of lanes, 1.1, are loaded when they
  // are needed, and so is what sendFile reads and hashes with; what the engine and the border need for it are 1.3, and for sinks that go on 0.4.
  // What applications say around an offer, the order of pulls and their pauses are 3.1; a denser packing of the engine took 4.9 away.
  main: 62 * kib,
  // The main entry's, and what signing adds.
  signed: 62.5 * kib,
  // The main entry's, and promises, iterators, progress, signals and the store for frameworks.
  transfers: 67 * kib,
  // Sinks that go on, attach and sendFile came with 1; what PeerSession and Transfers share, decline and pauses with 0.4; servers that
  // are asked for, and what becomes of those that refuse, with 0.6.
  lazy: 23 * kib,
  // What the page has of the worker entry, without an engine; and what its Worker loads: engine, glue, and all that the other
  // entries load when they need it. What applications say around an offer came with 1.2, and servers that are asked for, in the page,
  // with 0.6.
  worker: 17.75 * kib,
  workerThread: 73.5 * kib,
  // For tests only: held so that nothing of the engine or of a session comes along.
  testing: 5 * kib,
  // Hello, cancel, receipt, resume and recovery came with 5, and the border lost one; acknowledgements and congestion control with
  // 2.4, lanes with 5. The JSON library's parser went with 6. Hashes that follow, and sources that can be read once, came with 1.3;
  // what is attached to an offer, the word that it is not wanted, and the news that it was pulled, with 1.2;
  // pulls that are held, ordered and paused with 2.
  wasm: 47.5 * kib,
};
const names = {
  main: 'index.js',
  transfers: 'transfers.js',
  signed: 'signed.js',
  lazy: 'lazy.js',
  worker: 'worker.js',
  workerThread: 'worker-thread.js',
  testing: 'testing.js',
  wasm: 'engine.wasm',
};

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
