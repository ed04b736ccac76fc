import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const folders = {
  '/page/': fileURLToPath(new URL('page/', import.meta.url)),
  '/dist/': fileURLToPath(new URL('../../dist/', import.meta.url)),
};
const types = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves the built package and the test's page on a free port. */
export async function serveBuiltPackage() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const folder = Object.keys(folders).find((prefix) => pathname.startsWith(prefix));
    const file = folder && join(folders[folder], pathname.slice(folder.length));
    if (!file || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/page/index.html`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
