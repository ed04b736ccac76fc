import { fileURLToPath } from 'node:url';
import { serveFolders } from '../support/static-server.mjs';

/** The page of the entry that is tested: `PEER_SESSION_PAGE=worker.html` has the data path of all sessions in a Worker. */
const page = process.env.PEER_SESSION_PAGE ?? 'index.html';

/** What the pages need. */
export const folders = {
  '/page/': fileURLToPath(new URL('page/', import.meta.url)),
  '/dist/': fileURLToPath(new URL('../../dist/', import.meta.url)),
};

export const pageOf = (origin, name = page) => `${origin}/page/${name}`;

/** Serves the built package and the test's page. */
export async function serveBuiltPackage(name = page) {
  const { origin, close } = await serveFolders(folders);
  return { url: pageOf(origin, name), close };
}
