import { operations } from './operations.mjs';
import { setSecurityHeaders } from './security-headers.mjs';
import { answer } from './static-files.mjs';

/**
 * The request listener: operations at the root, as they are asked for by those who know the process; and, below `basePath`,
 * operations and the page.
 *
 * @param {{ basePath: string, files: import('node:http').RequestListener } & Parameters<typeof operations>[0]} parts
 */
export function webApp({ basePath, files, ...sources }) {
  const answers = operations(sources);
  return (request, response) => {
    setSecurityHeaders(response);
    const [pathname, query = ''] = splitOnce(request.url, '?');
    if (answers(pathname, request, response)) return;
    if (basePath !== '/') {
      if (`${pathname}/` === basePath) {
        // Relative, for the server does not know what is before it.
        response.setHeader('Location', `./${basePath.split('/').at(-2)}/${query && `?${query}`}`);
        return answer(response, 308, 'Moved');
      }
      if (!pathname.startsWith(basePath)) return answer(response, 404, 'Not found');
      request.url = request.url.slice(basePath.length - 1);
      if (answers(pathname.slice(basePath.length - 1), request, response)) return;
    }
    try {
      files(request, response);
    } catch {
      // Of a kind that is not known, and no reason to end for everybody.
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'Could not read the file');
    }
  };
}

/** Of the port that only operators reach. */
export function metricsApp(sources) {
  const answers = operations(sources);
  return (request, response) => {
    const [pathname] = splitOnce(request.url, '?');
    if (!answers(pathname, request, response)) answer(response, 404, 'Not found');
  };
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
