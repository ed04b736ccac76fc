// Exits with an error unless the last test run executed tests in a real browser: skipping them must not look like success.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultsFolder } from './node-suite.mjs';

const path = join(resultsFolder, 'summary.json');
const e2e = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).e2e : undefined;
if (!e2e?.ok || !(e2e.passed > 0) || e2e.skipped > 0) {
  process.stderr.write('The browser tests did not all run.\n');
  process.exitCode = 1;
}
