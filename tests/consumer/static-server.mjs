import { serveFolders } from '../support/static-server.mjs';

/** The strictest policy an application with WebAssembly can have: no inline code, no code from strings. */
export const strictPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Serves a folder, each answer with that content security policy. */
export async function serveFolder(folder, policy = strictPolicy) {
  const { origin, close } = await serveFolders({ '/': folder }, { 'content-security-policy': policy });
  return { url: `${origin}/`, close };
}
