// Exits with an error unless the last test run executed tests in real browsers: skipping them must not look like success.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultsFolder } from './node-suite.mjs';

const path = join(resultsFolder, 'summary.json');
const suites = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
const hasRun = (suite) => suite?.ok && suite.passed > 0 && suite.skipped === 0;
const missing = ['consumer', 'e2e', 'cli', 'browser', 'stacks'].filter((name) => !hasRun(suites[name]));
if (missing.length > 0) {
  process.stderr.write(`The browser tests did not all run: ${missing.join(', ')}.\n`);
  process.exitCode = 1;
}
