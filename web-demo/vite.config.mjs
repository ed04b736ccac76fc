import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { serviceWorker } from './offline/plugin.mjs';
import { CONTENT_SECURITY_POLICY } from './server/csp.mjs';

const repository = fileURLToPath(new URL('../', import.meta.url));

/** The built entries that a consumer of the package would get, so that the demo can never lean on the sources. */
function packageEntries() {
  const { name, exports } = JSON.parse(readFileSync(`${repository}package.json`, 'utf8'));
  return Object.entries(exports).flatMap(([entry, target]) => {
    const file = typeof target === 'string' ? target : (target.browser ?? target.import ?? target.default);
    const path = typeof file === 'string' ? file : file?.default;
    if (!path?.endsWith('.js')) return [];
    const find = new RegExp(`^${name}${entry.slice(1)}$`);
    return [{ find, replacement: fileURLToPath(new URL(path, `file://${repository}`)) }];
  });
}

/** A static host sends no policy header. Not in development: Vite's own client injects inline styles there. */
const policyInPage = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the built page works below any path of any web server.
  base: './',
  resolve: { alias: packageEntries() },
  plugins: [policyInPage, serviceWorker],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need a hole in the policy.
    assetsInlineLimit: 0,
  },
  server: {
    // Development: `npm start` in one terminal for the signalling, Vite with hot reload in another.
    proxy: { '/signal': { target: 'ws://localhost:8080', ws: true } },
  },
});
