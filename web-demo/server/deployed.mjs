// The entry of what is deployed: bundled into one file, beside the page that was built with it.
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

try {
  await run({ root: fileURLToPath(new URL('page/', import.meta.url)) });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
