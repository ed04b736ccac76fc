// The one way all tests start their browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  // Containers have neither the namespaces of the sandbox nor a GPU.
  '--no-sandbox',
  '--disable-gpu',
  // The rest only keeps the browser from talking to anyone but the test.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Without a multicast network a ".local" candidate never resolves.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

export function launchBrowser(moreFlags = []) {
  return chromium.launch(launchOptions(moreFlags));
}

/** A browser whose processes the test can kill: `server.kill()`. */
export async function launchKillableBrowser() {
  const server = await chromium.launchServer(launchOptions([]));
  return { server, browser: await chromium.connect(server.wsEndpoint()) };
}

function launchOptions(moreFlags) {
  assert.ok(existsSync(EXECUTABLE), `These tests need Chromium at ${EXECUTABLE}; CHROMIUM may name another.`);
  return { executablePath: EXECUTABLE, headless: true, args: [...FLAGS, ...moreFlags] };
}

/**
 * A browser in which a page behind another one really is hidden. Playwright otherwise tells every page that it is looked
 * at; one that attaches without its defaults does not.
 */
export async function launchBackgroundBrowser(t) {
  const port = await freePort();
  const launched = await launchBrowser([`--remote-debugging-port=${port}`]);
  t.after(() => launched.close());
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  return { browser, profile: browser.contexts()[0] };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
