// What operators and their machines ask a server: how it is, and figures.
import { createHash, timingSafeEqual } from 'node:crypto';
import { answer } from './static-files.mjs';

/**
 * Answers `/healthz`, and `/metrics` if there is something to answer with. Returns whether the path was one of them. Figures are
 * nobody's business: without a token there are none.
 *
 * @param {{ health: () => { status: string }, metrics?: { contentType: string, text: () => Promise<string> }, token?: string }} sources
 */
export function operations({ health, metrics, token }) {
  return (pathname, request, response) => {
    if (pathname === '/healthz') {
      const state = health();
      response.statusCode = state.status === 'stopping' ? 503 : 200;
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.setHeader('Cache-Control', 'no-store');
      response.end(`${JSON.stringify(state)}\n`);
      return true;
    }
    if (pathname !== '/metrics' || metrics === undefined) return false;
    if (token !== undefined && !isBearer(request.headers.authorization, token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      answer(response, 401, 'Metrics are for who has the token');
      return true;
    }
    void sendMetrics(metrics, response);
    return true;
  };
}

async function sendMetrics(metrics, response) {
  try {
    const text = await metrics.text();
    response.setHeader('Content-Type', metrics.contentType);
    response.setHeader('Cache-Control', 'no-store');
    response.end(text);
  } catch {
    answer(response, 500, 'The metrics could not be read');
  }
}

/** Compared by hashes, so that the time it takes says nothing. */
function isBearer(header = '', token) {
  const hash = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(header), hash(`Bearer ${token}`));
}
