// One policy for the served page and, as a meta element, for the statically hosted one.
// 'wasm-unsafe-eval' lets the page compile WebAssembly and nothing else; blob: shows received images. 'self' includes the
// WebSocket of the page's own host (Chromium, Firefox, and Safari from 15.4 on).
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
