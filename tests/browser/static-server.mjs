import { fileURLToPath } from 'node:url';
import { serveFolders } from '../support/static-server.mjs';

/** Serves the built package and the test's page. */
export async function serveBuiltPackage() {
  const { origin, close } = await serveFolders({
    '/page/': fileURLToPath(new URL('page/', import.meta.url)),
    '/dist/': fileURLToPath(new URL('../../dist/', import.meta.url)),
  });
  return { url: `${origin}/page/index.html`, close };
}
