import { CONTENT_SECURITY_POLICY } from './csp.mjs';

const SECURITY_HEADERS = {
  // frame-ancestors has no effect in a meta element, so it is a header only.
  'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  // The room name lives in the fragment, which is never sent; this keeps the rest of the address private too.
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** What goes with every answer, refusals and errors too. */
export function setSecurityHeaders(response) {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}
