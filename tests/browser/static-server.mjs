import { fileURLToPath } from 'node:url';
import { serveFolders } from '../support/static-server.mjs';

/** The page of the entry that is tested: `PEER_SESSION_PAGE=worker.html` has the data path of all sessions in a Worker. */
const page = process.env.PEER_SESSION_PAGE ?? 'index.html';

/** Serves the built package and the test's page. */
export async function serveBuiltPackage() {
  const { origin, close } = await serveFolders({
    '/page/': fileURLToPath(new URL('page/', import.meta.url)),
    '/dist/': fileURLToPath(new URL('../../dist/', import.meta.url)),
  });
  return { url: `${origin}/page/${page}`, close };
}
