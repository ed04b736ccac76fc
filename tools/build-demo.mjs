// npm run build:demo: builds the package and, with it, the demo: as a static site in web-demo/dist, and with its server in build/demo.
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildPageIfStale } from '../web-demo/server/build-page.mjs';
import { buildPackage } from './build.mjs';
import { bundleDemoServer } from './build/demo-server.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { buildFolder, repository } from './setup/paths.mjs';

const site = join(repository, 'web-demo', 'dist');
const deployable = join(buildFolder, 'demo');
const shown = (folder) => relative(process.cwd(), folder) || '.';

/** Builds what is out of date; resolves with whether the site is there. */
export async function buildDemo(environment) {
  if (!(await buildPackage(environment))) return false;
  await buildPageIfStale();
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runAsCommand(async () => {
    if (!(await buildDemo(await setUp(['build'])))) return 1;
    await bundleDemoServer(deployable);
    process.stdout.write(
      `The demo is in ${shown(site)}. Put it on any web server and open it with ?loopback.\n` +
        `With its server it is in ${shown(deployable)}: docs/deploy.md puts that in public.\n`,
    );
    return 0;
  });
}
