import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BUILT_PAGE } from '../../web-demo/server/start-server.mjs';
import { serveFolders } from '../support/static-server.mjs';
import { assertSameBytes, connectedPeers, demo, openPage, saved, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

/** No signalling, no headers but the type, and the page below a path. */
async function plainServer(t) {
  const { origin, close } = await serveFolders({ '/some/where/': BUILT_PAGE });
  t.after(close);
  return `${origin}/some/where/`;
}

test('loopback works from any web server, below any path, with nothing else to talk to', async (t) => {
  const home = await plainServer(t);
  const page = await openPage(t, context.browser, `${home}?loopback`);
  const sockets = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  const elsewhere = [];
  page.on('request', (request) => request.url().startsWith(home) || elsewhere.push(request.url()));
  await page.reload();
  await connectedPeers(page, 2);

  await page.getByTestId('status').filter({ hasText: 'Both sides connected' }).waitFor();

  const file = picture(4, 3 * 1024 * 1024);
  await share(page, file);
  await page.getByRole('button', { name: `Accept ${file.name}` }).click();
  await shown(page, 'received', 1);

  assertSameBytes(await saved(page, file.name), file.buffer, file.name);
  assert.deepEqual(sockets, []);
  assert.deepEqual(
    elsewhere.filter((url) => !url.startsWith('blob:')),
    [],
  );
});

test('the site names no other host, and carries its own policy', async () => {
  const files = (await readdir(BUILT_PAGE, { recursive: true })).filter((name) => /\.(html|js|css|svg)$/.test(name));
  assert.ok(files.length >= 4);
  const index = await readFile(path.join(BUILT_PAGE, 'index.html'), 'utf8');
  assert.match(index, /<meta http-equiv="Content-Security-Policy" content="default-src &#39;self&#39;;/);
  assert.ok(index.indexOf('Content-Security-Policy') < index.indexOf('<script'), 'before what it governs');
  for (const name of files) {
    const text = await readFile(path.join(BUILT_PAGE, name), 'utf8');
    assert.doesNotMatch(text, /(?:src|href)="(?:https?:)?\/\//, name);
    assert.doesNotMatch(text, /(?:import|fetch|url)\(\s*["'`]?(?:https?:)?\/\//, name);
    assert.doesNotMatch(text, /\bfrom\s*["'](?:https?:)?\/\//, name);
  }
});

test('loopback shares from either side', async (t) => {
  const page = await openPage(t, context.browser, `${context.server.url}?loopback`);
  await connectedPeers(page, 2);
  await share(page, picture(1, 500, 'from-left.png'));
  await page.getByRole('radio', { name: 'Right side' }).check();
  await share(page, picture(2, 500, 'from-right.png'));
  await shown(page, 'offer', 2);

  const offers = page.getByTestId('offer');
  assert.match(await offers.filter({ hasText: 'from-left.png' }).innerText(), /from Left side/);
  assert.match(await offers.filter({ hasText: 'from-right.png' }).innerText(), /from Right side/);
});

test('without a signalling server the page says so and points to loopback', async (t) => {
  const home = await plainServer(t);
  const profile = await context.browser.newContext();
  t.after(() => profile.close());
  // Not openPage: the browser itself reports the refused WebSocket as an error, as it should.
  const page = await profile.newPage();
  await page.goto(home);
  const state = page.getByTestId('room-state').filter({ hasText: 'cannot be reached' });
  await state.waitFor();
  assert.match(await state.innerText(), /\?loopback/);
  assert.match(await page.getByTestId('status').innerText(), /Offline/);
  await page.getByRole('link', { name: 'Both sides in this page' }).click();
  await connectedPeers(page, 2);
});
