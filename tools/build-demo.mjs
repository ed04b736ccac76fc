// npm run build:demo: builds the package and, with it, the demo as a static site in web-demo/dist.
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildPageIfStale } from '../web-demo/server/build-page.mjs';
import { buildPackage } from './build.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { repository } from './setup/paths.mjs';

const site = join(repository, 'web-demo', 'dist');

/** Builds what is out of date; resolves with whether the site is there. */
export async function buildDemo(environment) {
  if (!(await buildPackage(environment))) return false;
  await buildPageIfStale();
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runAsCommand(async () => {
    if (!(await buildDemo(await setUp(['build'])))) return 1;
    process.stdout.write(
      `The demo is in ${relative(process.cwd(), site) || '.'}. Put it on any web server and open it with ?loopback.\n`,
    );
    return 0;
  });
}
