import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CONTENT_SECURITY_POLICY } from './csp.mjs';

// Exactly what a Vite build emits. Anything else is served as bytes to download, which no browser executes.
const MIME_TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

const SECURITY_HEADERS = {
  // frame-ancestors has no effect in a meta element, so it is a header only.
  'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  // The room name lives in the fragment, which is never sent; this keeps the rest of the address private too.
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** A request listener that serves the files below `root`, and nothing outside it, links included. */
export function staticFiles(root) {
  return async (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return answer(response, 405, 'Method not allowed');
    }
    try {
      const file = await resolveBelow(root, request.url);
      if (!file) return answer(response, 404, 'Not found');
      response.setHeader('Content-Type', MIME_TYPES[path.extname(file.path)] ?? 'application/octet-stream');
      response.setHeader('Content-Length', file.size);
      // Vite puts a hash of the content into the names below assets/; everything else may change on any build.
      const hashed = file.relative.startsWith(`assets${path.sep}`);
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (request.method === 'HEAD') return response.end();
      await pipeline(createReadStream(file.path), response);
    } catch {
      // The client went away or the file vanished in between; headers may be out already.
      if (!response.headersSent) answer(response, 500, 'Could not read the file');
      else response.destroy();
    }
  };
}

async function resolveBelow(root, url) {
  let pathname;
  try {
    pathname = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  const wanted = path.join(root, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  try {
    // Compared after links are followed: neither "..", an encoded slash nor a symlink leads outside.
    const [base, real] = await Promise.all([realpath(root), realpath(wanted)]);
    const relative = path.relative(base, real);
    if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative)) return undefined;
    const stats = await stat(real);
    return stats.isFile() ? { path: real, relative, size: stats.size } : undefined;
  } catch {
    return undefined;
  }
}

function answer(response, status, text) {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text}\n`);
}
