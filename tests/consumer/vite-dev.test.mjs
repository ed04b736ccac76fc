// Vite's development server rewrites dependencies before it serves them ("pre-bundling"). Its own client is inline code, so
// there is no strict policy here: bundlers.test.mjs has that, for what Vite builds.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';
import { launchBrowser } from '../support/chromium.mjs';
import { assertExchanged, copyApplication, openPage } from './application.mjs';
import { ConsumerProject } from './project.mjs';

const project = new ConsumerProject();
const app = copyApplication(project);
let browser;
let server;
before(async () => {
  server = await createServer({
    configFile: false,
    root: app,
    logLevel: 'silent',
    cacheDir: join(project.folder, 'vite-cache'),
    server: { port: 0, host: '127.0.0.1' },
  });
  await server.listen();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
  project.remove();
});

for (const [page, parties] of /** @type {[string, [string, string]?][]} */ ([
  ['main'],
  ['lazy'],
  ['worker-page', ['page', 'worker']],
  ['worker-entry'],
])) {
  test(`Vite's development server: ${page} exchanges files`, async () => {
    const { address, port } = server.httpServer.address();
    const { outcome, complaints, loaded, workers } = await openPage(browser, `http://${address}:${port}/${page}.html`, {
      isComplaint: (message) => ['error', 'warning'].includes(message.type()),
    });
    assert.deepEqual(complaints, []);
    assertExchanged(outcome, parties);
    if (page === 'worker-entry') assert.equal(workers, 1, `the sessions are in a Worker: ${loaded.join('\n')}`);
    assert.ok(
      loaded.some((path) => path.includes('/vite-cache/deps/peer-session')),
      `it was pre-bundled: ${loaded.join('\n')}`,
    );
  });
}
