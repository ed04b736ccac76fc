// The demo page in Firefox, used as a person would, with Chromium on the other side and the demo's own signalling server.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, watch } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, savedAll, share, shown } from '../e2e/browser.mjs';
import { picture } from '../e2e/pictures.mjs';
import { unzip } from '../e2e/unzip.mjs';
import { launchFirefox } from '../support/firefox.mjs';
import { openFirefoxPage } from './support/stacks.mjs';

const limit = { timeout: 90_000 };
const context = await demo({ before, after });
/** @type {Awaited<ReturnType<typeof launchFirefox>>} */
let firefox;
before(async () => (firefox = await launchFirefox()), limit);
after(() => firefox?.close());

const sizes = [1, 100 * 1024, 3 * 1024 * 1024];
const fromChromium = sizes.map((size, i) => picture(i, size, `Größe ${size} 🌸.png`));
const fromFirefox = sizes.map((size, i) => picture(10 + i, size, `写真 ${size}.png`));

for (const first of ['Chromium', 'Firefox']) {
  test(`the demo page, ${first} first in the room: pictures both ways, saved byte for byte`, limit, async (t) => {
    const url = `${context.server.url}#room=stacks-${first}`;
    const open = {
      Chromium: () => openPage(t, context.browser, url),
      Firefox: () => openFirefoxPage(t, firefox.browser, url),
    };
    const pages = {};
    for (const name of first === 'Chromium' ? ['Chromium', 'Firefox'] : ['Firefox', 'Chromium']) {
      pages[name] = await open[name]();
    }
    const { Chromium: chromium, Firefox: fox } = pages;
    await connectedPeers(chromium, 1);
    await fox.waitForSelector('[data-testid=peer][data-state=connected]');

    await chromium.getByTestId('auto-accept').check();
    await fox.click('[data-testid=auto-accept]');
    await share(chromium, fromChromium);
    await shareInFirefox(t, fox, fromFirefox);
    await shown(chromium, 'received', sizes.length);
    await shownInFirefox(fox, 'received', sizes.length);

    for (const [arrived, files] of [
      [await savedAll(chromium), fromFirefox],
      [await savedAllInFirefox(fox, firefox.downloads), fromChromium],
    ]) {
      assert.equal(arrived.size, files.length);
      for (const { name, buffer } of files) assertSameBytes(arrived.get(name), buffer, name);
    }

    // Whoever leaves is gone from the other's page.
    const leaving = chromium.context().close();
    await fox.waitForFunction(() => document.querySelectorAll('[data-testid=peer]').length === 0);
    await leaving;
  });
}

async function shareInFirefox(t, page, files) {
  const folder = mkdtempSync(join(tmpdir(), 'demo-firefox-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const paths = files.map(({ name, buffer }) => {
    writeFileSync(join(folder, name), buffer);
    return join(folder, name);
  });
  const picker = await page.$('[data-testid=pick]');
  await picker.uploadFile(...paths);
}

function shownInFirefox(page, testid, count) {
  return page.waitForFunction(
    (id, expected) => document.querySelectorAll(`[data-testid="${id}"]`).length === expected,
    {},
    testid,
    count,
  );
}

/** Firefox writes to a part file and gives it its name when it is whole. */
async function savedAllInFirefox(page, downloads) {
  const saved = join(downloads, 'received.zip');
  const whole = new Promise((resolve) => {
    const watcher = watch(downloads, () => {
      const archive = readIfWhole(saved);
      if (!archive) return;
      watcher.close();
      resolve(archive);
    });
  });
  await page.evaluate(() => {
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'Save all as ZIP').click();
  });
  const archive = await whole;
  // The next one is to have the same name.
  renameSync(saved, `${saved}.read`);
  return unzip(archive);
}

function readIfWhole(path) {
  try {
    const archive = readFileSync(path);
    return archive.includes(Buffer.from('PK\x05\x06', 'latin1')) ? archive : undefined;
  } catch {
    return undefined;
  }
}
