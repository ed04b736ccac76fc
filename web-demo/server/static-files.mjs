import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sirv from 'sirv';

// What a page consists of, by its names. Anything else is bytes to download, which no browser executes.
const PAGE_FILE = /\.(?:html|js|css|json|map|svg|png|webmanifest|wasm|txt)$/;

class LeadsOutside extends Error {}

/**
 * A request listener that serves the files that are below `root` now, and nothing outside it, links included. After a new
 * build the server is started anew.
 */
export function staticFiles(root) {
  const serve = existsSync(root) ? filesOf(root) : (_request, _response, next) => next();
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return answer(response, 405, 'Method not allowed');
    }
    // Whoever asks for a part may be given the whole, and sirv throws at a part that ends before it begins.
    delete request.headers.range;
    // sirv lets go neither of a file that cannot be read any more nor of one whose reader went away.
    response.once('pipe', (file) => {
      file.once('error', () => response.destroy());
      response.once('close', () => file.destroy());
    });
    try {
      serve(request, response, () => answer(response, 404, 'Not found'));
    } catch (error) {
      if (!(error instanceof LeadsOutside)) throw error;
      answer(response, 404, 'Not found');
    }
  };
}

function filesOf(root) {
  // sirv follows links when it lists the folder. What a file is, is compared, and not how it is called.
  const inside = new Set(filesBelow(root).map(identity));
  return sirv(root, {
    etag: true,
    setHeaders(response, pathname, stats) {
      if (!inside.has(identity(stats))) throw new LeadsOutside(pathname);
      // Vite puts a hash of the content into the names below assets/; everything else may change on any build.
      const hashed = pathname.startsWith('/assets/');
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (pathname.endsWith('.ico')) response.setHeader('Content-Type', 'image/x-icon');
      else if (!pathname.endsWith('/') && !PAGE_FILE.test(pathname)) {
        response.setHeader('Content-Type', 'application/octet-stream');
      }
    },
  });
}

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const entry = path.join(folder, name);
    const stats = lstatSync(entry);
    if (stats.isDirectory()) return filesBelow(entry);
    return stats.isFile() ? [stats] : [];
  });
}

const identity = ({ dev, ino }) => `${dev}:${ino}`;

export function answer(response, status, text) {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text}\n`);
}
