// Chromium's channel does what the mock's does, on which most tests run: tests/glue/mock/channel-contract.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../support/chromium.mjs';
import { contract } from '../support/channel-contract.mjs';
import { serveFolders } from '../support/static-server.mjs';

let server;
let browser;
let page;
before(async () => {
  server = await serveFolders({
    '/page/': fileURLToPath(new URL('page/', import.meta.url)),
    '/support/': fileURLToPath(new URL('../support/', import.meta.url)),
  });
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(`${server.origin}/page/no-wasm.html`);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const [index, { name, expected }] of contract.entries()) {
  test(name, { timeout: 30_000 }, async () => {
    const seen = await page.evaluate(async (at) => {
      const { contract: here } = await import('/support/channel-contract.mjs');
      return here[at].observe(RTCPeerConnection);
    }, index);
    assert.deepEqual(seen, expected);
  });
}
