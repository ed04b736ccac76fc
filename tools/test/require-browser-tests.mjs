// Exits with an error unless the last test run executed tests in a real browser: skipping them must not look like success.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultsFolder } from './node-suite.mjs';

const path = join(resultsFolder, 'summary.json');
const suites = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
const hasRun = (suite) => suite?.ok && suite.passed > 0 && suite.skipped === 0;
if (!['consumer', 'e2e', 'browser'].every((name) => hasRun(suites[name]))) {
  process.stderr.write('The browser tests did not all run.\n');
  process.exitCode = 1;
}
