// The page as an app: installed, without its server, after a new build, and as a place to share to.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BUILT_PAGE, startServer } from '../../web-demo/server/start-server.mjs';
import { serveFolders } from '../support/static-server.mjs';
import { assertSameBytes, connectedPeers, demo, openPage, saved, shown, takePicture } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

// What a browser says of a server that is away is no fault of the page.
const AWAY = /ERR_|WebSocket connection to|Failed to load resource/;
const allowed = { serviceWorkers: 'allow', expectedErrors: AWAY };

/** Until the service worker has everything and answers for the page. */
async function isKept(page) {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

const cacheNames = (page) => page.evaluate(() => caches.keys());

test('the browser finds nothing that keeps the page from being installed', async (t) => {
  const page = await openPage(t, context.browser, context.server.url, allowed);
  await isKept(page);
  const devTools = await page.context().newCDPSession(page);
  const { errors, data } = await devTools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await devTools.send('Page.getInstallabilityErrors');
  // Every test has a profile of its own, as a private window has.
  assert.deepEqual(
    installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'),
    [],
  );
  for (const { src, sizes, type } of JSON.parse(data).icons) {
    const answer = await page.request.get(new URL(src, context.server.url).href);
    assert.equal(answer.headers()['content-type'], type);
    const png = await answer.body();
    if (type === 'image/png') assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, sizes, src);
  }
});

for (const basePath of ['/', '/files/']) {
  test(`without its server the page opens below ${basePath}, and says that it cannot reach it`, async (t) => {
    const server = await startServer({ port: 0, basePath });
    t.after(() => server.close());
    const page = await openPage(t, context.browser, `${server.url}#room=away`, allowed);
    await page.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
    await isKept(page);
    const kept = await page.evaluate(async () => {
      const [name] = await caches.keys();
      return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    });
    assert.deepEqual(
      kept.filter((name) => !name.startsWith(basePath) || /signal|healthz|metrics/.test(name)),
      [],
    );
    await server.close();

    await page.reload();
    await page.getByTestId('room-state').filter({ hasText: 'The signalling server cannot be reached' }).waitFor();
    assert.match(await page.getByTestId('status').innerText(), /Offline/);
    await page.goto(`${server.url}?loopback`);
    await page.getByTestId('status').filter({ hasText: 'Both sides connected' }).waitFor();
    if (basePath === '/') await takePicture(page, 'app-offline');
  });
}

test('a proxy that answers for a server that is away does not hide the page', async (t) => {
  const page = await openPage(t, context.browser, context.server.url, allowed);
  await isKept(page);
  await page.context().route('**/*', (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await page.reload();
  await page.locator('h1').filter({ hasText: 'browser to browser' }).waitFor();
});

test('what a server says of itself is never kept', async (t) => {
  const page = await openPage(t, context.browser, context.server.url, allowed);
  await isKept(page);
  await page.evaluate(() => Promise.all(['healthz', 'metrics', 'none.png'].map((name) => fetch(name))));
  const kept = await page.evaluate(async () => {
    const caching = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    return (await Promise.all(caching.map((cache) => cache.keys()))).flat().map(({ url }) => url);
  });
  assert.ok(kept.length > 5);
  assert.deepEqual(
    kept.filter((url) => /healthz|metrics|signal|none/.test(url)),
    [],
  );
});

test('a new build is there at the next load, cuts no page that is open, and the old one goes when no page has it', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-app-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(BUILT_PAGE, folder, { recursive: true });
  const server = await serveFolders({ '/': `${folder}/` });
  t.after(() => server.close());
  const page = await openPage(t, context.browser, `${server.origin}/?loopback`, allowed);
  await page.getByTestId('status').filter({ hasText: 'Both sides connected' }).waitFor();
  await isKept(page);
  const [old] = await cacheNames(page);

  const [name, worker] = [path.join(folder, 'index.html'), path.join(folder, 'service-worker.js')];
  await writeFile(name, (await readFile(name, 'utf8')).replace('<title>', '<title>new '));
  await writeFile(worker, (await readFile(worker, 'utf8')).replaceAll(old.replace('page-', ''), 'next'));
  await page.evaluate(() => Object.assign(window, { isTheSame: true }));
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await page.waitForFunction(
    async () => (await navigator.serviceWorker.getRegistration()).waiting?.state === 'installed',
  );
  assert.equal(await page.evaluate(() => Object(window).isTheSame), true, 'nothing was loaded anew by itself');
  assert.deepEqual((await cacheNames(page)).sort(), [old, 'page-next'].sort());

  await page.reload();
  assert.equal(await page.title(), 'new peer-session');
  const stillWaits = async () => (await navigator.serviceWorker.getRegistration()).waiting?.state === 'installed';
  assert.equal(await page.evaluate(stillWaits), true, 'as long as there is a page');
  await page.goto('about:blank');
  await page.goto(`${server.origin}/?loopback`);
  await page.waitForFunction(async () => (await caches.keys()).join() === 'page-next');
  assert.equal(await page.title(), 'new peer-session');
});

/** Another app, as the browser presents it: a form that is posted to the page. */
async function shareFromElsewhere(page, url, files, fields) {
  await page.goto('about:blank');
  await page.setContent(
    `<form method="post" enctype="multipart/form-data" action="${url}share-target"><input type="file" name="files" multiple>` +
      Object.keys(fields)
        .map((name) => `<textarea name="${name}"></textarea>`)
        .join('') +
      '<button>share</button></form>',
  );
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value);
  await page.locator('input').setInputFiles(files);
  await page.locator('form > button').click();
}

test('what another app shares waits in a private room for who is invited, and is taken once', async (t) => {
  const page = await openPage(t, context.browser, context.server.url, allowed);
  await isKept(page);
  const files = [picture(1, 50_000, 'from-an-app.png'), picture(2, 5_000, 'überall.png')];

  await shareFromElsewhere(page, context.server.url, files, {});

  await page.getByTestId('room-state').filter({ hasText: 'Private room, you are' }).waitFor();
  await page.getByText('You share 2 files').waitFor();
  assert.equal(new URL(page.url()).search, '', 'an invite does not say what was shared');
  assert.deepEqual(
    (await cacheNames(page)).filter((name) => name.startsWith('share-')),
    [],
  );
  const guest = await openPage(t, context.browser, page.url());
  await connectedPeers(guest, 1);
  await shown(guest, 'offer', 2);
  await guest.getByTestId('accept-all').click();
  await shown(guest, 'received', 2);
  for (const file of files) assertSameBytes(await saved(guest, file.name), file.buffer, file.name);

  await page.reload();
  await page.getByTestId('room-state').filter({ hasText: 'Private room, you are' }).waitFor();
  assert.equal(await page.getByTestId('problems').isVisible(), false);
});

test('a text that another app shares waits where it can be sent from, with its link once', async (t) => {
  const page = await openPage(t, context.browser, context.server.url, allowed);
  await isKept(page);
  const link = 'https://example.org/page';
  await shareFromElsewhere(page, context.server.url, [], { title: 'A page', text: `Look: ${link}`, url: link });
  await page.waitForFunction(() => document.querySelector('textarea').value !== '');
  assert.equal(await page.getByTestId('message-input').inputValue(), `A page\nLook: ${link}`);
});

test('a share that is gone is said to be', async (t) => {
  const page = await openPage(t, context.browser, `${context.server.url}?shared=nothing#room=lost`, allowed);
  await page.getByTestId('problems').filter({ hasText: 'Share it again.' }).waitFor();
});
