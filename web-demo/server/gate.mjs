import { AddressLimits } from './address-limits.mjs';
import { clientAddress, forwarded } from './addresses.mjs';
import { mayConnect } from './origin.mjs';

const STATUS = {
  'bad-request': '400 Bad Request',
  'bad-origin': '403 Forbidden',
  'not-found': '404 Not Found',
  'too-many-handshakes': '429 Too Many Requests',
  'too-many-connections': '429 Too Many Requests',
  // Before a word is read.
  'too-many-sockets': '',
  stopping: '503 Service Unavailable',
};

/**
 * Decides at the door, before there is a WebSocket: by path, origin and address of the client.
 *
 * @param {{ basePath: string, trustProxy: number, allowedOrigins: string[], limits: import('./limits.mjs').Limits,
 *   log: import('./log.mjs').Log }} settings
 */
export function createGate({ basePath, trustProxy, allowedOrigins, limits, log }) {
  const addresses = new AddressLimits(limits);
  const refusals = Object.fromEntries(Object.keys(STATUS).map((code) => [code, 0]));
  let isClosed = false;
  /** When each was said last. There are three. @type {Map<string, number>} */
  const hints = new Map();

  /** Said now and again, for a wrong setting refuses everybody and a stranger may knock at any rate. */
  const hint = (event, details) => {
    if (performance.now() - (hints.get(event) ?? -Infinity) < limits.reportMs) return;
    hints.set(event, performance.now());
    log.warn(event, details);
  };

  function refusalOf({ url, headers }) {
    if (isClosed) return 'stopping';
    // "//" is a request target a client may send and no URL.
    if (!URL.canParse(url, 'http://localhost')) return 'bad-request';
    if (new URL(url, 'http://localhost').pathname !== `${basePath}signal`) return 'not-found';
    const host = forwarded(headers, 'x-forwarded-host', trustProxy) ?? headers.host;
    if (mayConnect(headers.origin, host, allowedOrigins)) return undefined;
    hint(
      allowedOrigins.length > 0
        ? 'a page was refused: its origin is not in ALLOWED_ORIGINS'
        : 'a page was refused: its origin is not the host that the request names. Let the proxy pass Host on, or set ALLOWED_ORIGINS, or TRUST_PROXY if it sends X-Forwarded-Host',
      { origin: headers.origin, host },
    );
    return 'bad-origin';
  }

  return {
    refusals,
    /** Returns `{ release }`, to be called when the socket has ended, or `{ status }` to refuse it with. */
    admit(request) {
      const admitted = admit(request);
      if ('release' in admitted) return admitted;
      refusals[admitted.refusal] += 1;
      return { status: STATUS[admitted.refusal] };
    },
    /** A connection that the server has no room for, and has closed. */
    dropped() {
      refusals['too-many-sockets'] += 1;
    },
    close() {
      isClosed = true;
    },
  };

  function admit(request) {
    const refusal = refusalOf(request);
    if (refusal) return { refusal };
    if (trustProxy === 0 && request.headers['x-forwarded-for'] !== undefined) {
      hint(
        'X-Forwarded-For is there but not believed: set TRUST_PROXY to the number of proxies, or all clients count as one',
      );
    }
    return addresses.admit(clientAddress(request, trustProxy));
  }
}
