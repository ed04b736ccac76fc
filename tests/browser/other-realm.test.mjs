// What a page gets from an iframe: connections, files, promises and errors of another realm. And a page that forbids the engine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../support/chromium.mjs';
import { serveFolders } from '../support/static-server.mjs';
import { serveBuiltPackage } from './static-server.mjs';

const limit = { timeout: 60_000 };
let browser;
let server;
before(async () => {
  browser = await launchBrowser();
  server = await serveBuiltPackage();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Runs in the page. One session lives on a connection of the iframe, and offers files that were made there. */
async function exchangeWithIframe(sizes) {
  const { PeerSession } = await import('/dist/index.js');
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const inside = frame.contentWindow;

  const sessions = {};
  const arrived = [];
  const reports = [];
  const foreign = { messages: 0, ours: 0 };
  let done = () => {};
  const finished = new Promise((resolve) => (done = resolve));
  const make = (mine, other, realm) => {
    // A promise of the iframe that rejects, from each callback.
    const fail = (what) => inside.Promise.reject(new inside.Error(what));
    const session = new PeerSession(
      mine,
      other,
      { createdAt: 1 },
      (signal) => void sessions[other].handleSignal(signal),
      (blob) => {
        arrived.push(blob);
        if (arrived.length === sizes.length * 2) setTimeout(done, 50);
        return fail('image');
      },
      () => fail('transferError'),
      { canReceiveFrom: () => true },
      (type, self, data) => {
        if (type === 'offer-file') self.pullFile(data.transferId);
        if (type === 'connected') for (const size of sizes) void share(self, size);
        return fail(type);
      },
      undefined,
      undefined,
      inside.Array.of(),
      { RTCPeerConnection: realm.RTCPeerConnection },
    );
    session.addEventListener('error', ({ error }) => reports.push(`${error.code}: ${error.cause?.message}`));
    return session;
  };
  // Another of each size for each side: a page does not fetch what it has offered itself.
  let made = 0;
  const contentOf = (size) => {
    const content = new inside.Uint8Array(size);
    const side = made++ < sizes.length ? 0 : 1;
    for (let at = 0; at < size; at++) content[at] = (at * 7 + (at >> 8) + side) & 255;
    return content;
  };
  const hashOf = async (content) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  const share = async (session, size) => {
    const content = contentOf(size);
    session.sendImage(new inside.File([content], `${size}.png`, { type: 'image/png' }), await hashOf(content));
  };

  // What the channel of the iframe brings is the iframe's.
  inside.RTCDataChannel.prototype.addEventListener = new Proxy(inside.RTCDataChannel.prototype.addEventListener, {
    apply(target, channel, [type, listener, ...rest]) {
      const watch = (event) => {
        if (type === 'message' && typeof event.data !== 'string') {
          foreign.messages += 1;
          foreign.ours += Number(event.data instanceof ArrayBuffer);
        }
        return listener(event);
      };
      return Reflect.apply(target, channel, [type, watch, ...rest]);
    },
  });
  Object.assign(sessions, { a: make('a', 'b', window), b: make('b', 'a', inside) });
  await Promise.all([sessions.a.start(), sessions.b.start()]);
  await finished;
  const hashes = [];
  for (const blob of arrived) hashes.push([blob.size, blob.fileHash === (await hashOf(await blob.arrayBuffer()))]);
  for (const session of Object.values(sessions)) session.close();
  return { hashes, reports: [...new Set(reports)].sort(), foreign };
}

test('files of an iframe, over a connection of the iframe, arrive both ways', limit, async () => {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(server.url);
  // Nothing, one block, and more than one.
  const sizes = [0, 100_000, 5_000_000];
  const { hashes, reports, foreign } = await page.evaluate(exchangeWithIframe, sizes);
  const expected = [...sizes, ...sizes].sort((one, other) => one - other).map((size) => [size, true]);
  assert.deepEqual(
    hashes.sort(([one], [other]) => one - other),
    expected,
  );
  assert.ok(foreign.messages > 10 && foreign.ours === 0, 'its messages were of the other realm');
  assert.deepEqual(
    reports,
    ['connected', 'image', 'offer-file'].map((what) => `callback-failed: ${what}`),
  );
  assert.deepEqual(complaints, [], 'no rejection was left unhandled');
  await page.close();
});

test('under a policy that forbids WebAssembly the constructor says so, with what the browser said', limit, async () => {
  const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
  const forbidding = await serveFolders(
    { '/dist/': folder('../../dist/'), '/page/': folder('page/') },
    { 'content-security-policy': "default-src 'self'; script-src 'self'; style-src 'unsafe-inline'" },
  );
  const page = await browser.newPage();
  await page.goto(`${forbidding.origin}/page/no-wasm.html`);
  const outcome = page.locator('html[data-outcome]');
  await outcome.waitFor({ state: 'attached', timeout: 20_000 });
  assert.deepEqual(JSON.parse(await outcome.getAttribute('data-outcome')), [
    true,
    'webassembly-unavailable',
    'CompileError',
  ]);
  await page.close();
  await forbidding.close();
});
