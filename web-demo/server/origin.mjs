/**
 * Whether a page of that origin may use the server that is reached as `host`. Any page may open a WebSocket to any host, and
 * the lobby of a demo on localhost is nobody else's business. What is developed on this machine may, whatever port it is
 * served from: a page in Vite and the demo beside it. Clients that are no browser send no Origin. Where origins are named,
 * it is these and no others.
 */
export function mayConnect(origin, host = '', allowedOrigins = []) {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  if (allowedOrigins.length > 0) return allowedOrigins.includes(origin);
  const from = new URL(origin);
  return (
    from.host === host ||
    (isThisMachine(from) && URL.canParse(`http://${host}`) && isThisMachine(new URL(`http://${host}`)))
  );
}

function isThisMachine({ hostname }) {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
