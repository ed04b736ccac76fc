// The package as it lies in node_modules, in a plain page.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { launchBrowser } from '../support/chromium.mjs';
import { assertExchanged, copyApplication, openPage } from './application.mjs';
import { ConsumerProject } from './project.mjs';
import { serveFolder, strictPolicy } from './static-server.mjs';

const project = new ConsumerProject();
copyApplication(project);
let browser;
before(async () => (browser = await launchBrowser()));
after(async () => {
  await browser?.close();
  project.remove();
});

const packageUrl = '/node_modules/peer-session/dist/';
const importMap = JSON.stringify({
  imports: {
    'peer-session': `${packageUrl}index.js`,
    'peer-session/lazy': `${packageUrl}lazy.js`,
    'peer-session/worker': `${packageUrl}worker.js`,
  },
});

// An import map is inline by nature: a policy names it by its hash, and stays as strict as it was for all else.
const hash = createHash('sha256').update(importMap).digest('base64');
const policyWithMap = `${strictPolicy} 'sha256-${hash}'; worker-src 'self'`;

for (const page of ['main', 'lazy', 'worker-entry']) {
  test(`import map: the ${page} entry exchanges files`, async (t) => {
    project.write(
      `map-${page}.html`,
      `<!doctype html><script type="importmap">${importMap}</script><script type="module" src="app/${page}.mjs"></script>`,
    );
    const server = await serveFolder(project.folder, policyWithMap);
    t.after(() => server.close());
    const { outcome, complaints, workers } = await openPage(browser, `${server.url}map-${page}.html`);
    assert.deepEqual(complaints, []);
    assertExchanged(outcome);
    assert.equal(workers, page === 'worker-entry' ? 1 : 0);
  });
}

for (const [entry, statement] of /** @type {const} */ ([
  ['index', 'import { PeerSession }'],
  ['lazy', 'import { PeerSession, load }'],
  ['worker', 'import { PeerSession }'],
])) {
  test(`no import map: ${entry}.js, imported by its address, exchanges files under the strict policy`, async (t) => {
    project.write(
      `address-${entry}.mjs`,
      `${statement} from '${packageUrl}${entry}.js';
       import { exchange } from './app/exchange.mjs';
       import { report } from './app/report.mjs';
       ${entry === 'lazy' ? 'await load();' : ''}
       report(exchange(PeerSession, {}, { offersLane: ${entry !== 'worker'} }));`,
    );
    project.write(`address-${entry}.html`, `<!doctype html><script type="module" src="address-${entry}.mjs"></script>`);
    const server = await serveFolder(project.folder);
    t.after(() => server.close());
    const { outcome, complaints, workers } = await openPage(browser, `${server.url}address-${entry}.html`);
    assert.deepEqual(complaints, []);
    assertExchanged(outcome);
    assert.equal(workers, entry === 'worker' ? 1 : 0);
  });
}
