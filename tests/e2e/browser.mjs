import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildPageIfStale } from '../../web-demo/server/build-page.mjs';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { launchBrowser } from '../support/chromium.mjs';
import { unzip } from './unzip.mjs';

const PICTURES = fileURLToPath(new URL('../../test-results/', import.meta.url));

// Shared files must stay as long as a page may read them.
const DISK = mkdtempSync(path.join(tmpdir(), 'demo-e2e-'));
process.on('exit', () => rmSync(DISK, { recursive: true, force: true }));

/**
 * @typedef {object} Demo
 * @property {import('playwright-core').Browser} browser
 * @property {Awaited<ReturnType<typeof startServer>>} server
 */

/** Builds the page, starts the demo's own server and a browser; both end with the test file. */
export async function demo({ before, after }) {
  const context = /** @type {Demo} */ ({});
  before(async () => {
    await buildPageIfStale();
    context.server = await startServer({ port: 0 });
    context.browser = await launchBrowser();
  });
  after(async () => {
    await context.browser?.close();
    await context.server?.close();
  });
  return context;
}

/**
 * Opens a page in a profile of its own that must stay without a single error until the test ends, but for those the
 * test provokes.
 */
export async function openPage(t, browser, url, { expectedErrors = /^$/, ...options } = {}) {
  // Each profile would fetch everything twice, to keep it for when the server is away: app.test.mjs sees to that.
  const profile = await browser.newContext({ acceptDownloads: true, serviceWorkers: 'block', ...options });
  const page = await profile.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expectedErrors.test(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  t.after(async () => {
    await profile.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(url);
  return page;
}

/** `count` pages in one room, each connected to all the others. */
export async function openRoom(t, { browser, server }, room, count = 2, options = {}) {
  const pages = [];
  for (let i = 0; i < count; i += 1) pages.push(await openPage(t, browser, `${server.url}#room=${room}`, options));
  await Promise.all(pages.map((page) => connectedPeers(page, count - 1)));
  return pages;
}

export async function connectedPeers(page, count) {
  const peers = page.getByTestId('peer');
  await page.waitForFunction(
    (expected) => document.querySelectorAll('[data-testid=peer][data-state=connected]').length === expected,
    count,
  );
  assert.equal(await peers.count(), count);
}

/** Waits until `count` elements with this test id are on the page. */
export async function shown(page, testid, count, timeout = 30_000) {
  await page.waitForFunction(
    ([id, expected]) => document.querySelectorAll(`[data-testid="${id}"]`).length === expected,
    [testid, count],
    { timeout },
  );
}

/** Chooses pictures (or paths of files) through the page's file picker, from disk as a person would. */
export async function share(page, files) {
  const paths = [];
  for (const file of [files].flat()) {
    if (typeof file === 'string') {
      paths.push(file);
      continue;
    }
    // A folder for each: two pictures may have one name.
    const folder = await mkdtemp(path.join(DISK, 'shared-'));
    paths.push(path.join(folder, file.name));
    await writeFile(paths.at(-1), file.buffer);
  }
  await page.getByTestId('pick').setInputFiles(paths);
}

/** For what a page answers later: `waitForFunction` takes a promise for a yes. */
export async function eventually(page, isSo, given) {
  const end = Date.now() + 30_000;
  while (!(await page.evaluate(isSo, given))) {
    assert.ok(Date.now() < end, `${isSo.name} never was so`);
    await delay(100);
  }
}

/** Drops files and folders of the disk on the page, as a person would. */
export async function drop(page, files) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await session.send('Input.dispatchDragEvent', { type, x: 50, y: 50, data });
  await session.detach();
}

/** Saves a received file the way a person does and returns its bytes. */
export const saved = (page, name) => clickedToSave(page, `Save ${name}`, name);

/** Saves everything received and returns the bytes by name. (A page may save only ten single files a second.) */
export const savedAll = async (page) => unzip(await clickedToSave(page, 'Save all as ZIP', 'received.zip'));

async function clickedToSave(page, button, fileName) {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: button, exact: true }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), fileName);
  return readFile(await download.path());
}

/** assert.deepEqual would print megabytes. */
export function assertSameBytes(actual, expected, name) {
  assert.equal(actual.length, expected.length, `${name}: length`);
  assert.ok(actual.equals(expected), `${name}: every byte`);
}

/** Pictures of the page for people to look at; the folder is not kept in the repository. */
export async function takePicture(page, name, options = {}) {
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}${name}.png`, ...options });
}
