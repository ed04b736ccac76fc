// The plainest web server there is: files by their path, and no header but their type and what a test asks for.
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Serves each folder below its path, on a free port.
 *
 * @param {Record<string, string>} folders By path, which begins and ends with a slash.
 * @param {Record<string, string>} headers Of every answer.
 */
export async function serveFolders(folders, headers = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(/** @type {string} */ (request.url), 'http://localhost');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const file = fileAt(folders, pathname);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function fileAt(folders, pathname) {
  const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  const prefix = Object.keys(folders).find((each) => path.startsWith(each));
  if (prefix === undefined) return undefined;
  const file = join(folders[prefix], normalize(path.slice(prefix.length)));
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}
