// The application of app/, as every consumer runs it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentOf } from './app/exchange.mjs';

const sources = fileURLToPath(new URL('app/', import.meta.url));

/** Puts the application into a consumer's project; returns its folder. */
export function copyApplication(project, name = 'app') {
  const folder = join(project.folder, name);
  cpSync(sources, folder, { recursive: true });
  return folder;
}

/** The pages alone, for tools that bundle scripts and know no HTML. */
export function copyPages(folder) {
  cpSync(sources, folder, { recursive: true, filter: (path) => !path.endsWith('.mjs') });
}

/**
 * Opens a page and waits for its outcome; resolves with that, what the browser complained of, what was loaded, and how
 * many Workers it has.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {{ isComplaint?: (message: import('playwright-core').ConsoleMessage) => boolean }} [options]
 */
export async function openPage(browser, url, { isComplaint = () => true } = {}) {
  const page = await browser.newPage();
  try {
    const complaints = [];
    const loaded = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (isComplaint(message)) complaints.push(message.text());
    });
    page.on('response', (response) => loaded.push(response));
    // Browsers ask for it of their own accord.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    // Code from strings that is caught leaves no message of its own.
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`Blocked by ${violatedDirective}: ${blockedURI}`),
      );
    });
    await page.goto(url);
    const outcome = await outcomeOf(page).catch((error) => ({ error, complaints }));
    const paths = loaded.map((response) => new URL(response.url()).pathname);
    return { outcome, complaints, loaded: paths, workers: page.workers().length };
  } finally {
    await page.close();
  }
}

/** Read as an attribute: Playwright's own waiting for a function would need code from strings. */
async function outcomeOf(page) {
  const root = page.locator('html[data-outcome]');
  await root.waitFor({ state: 'attached', timeout: 20_000 });
  return JSON.parse(await root.getAttribute('data-outcome'));
}

/** Both parties have the other's file, every byte of it. */
export function assertExchanged(outcome, [one, other] = ['anna', 'bert']) {
  const expected = (from) => {
    const content = contentOf(from);
    const hash = createHash('sha256').update(content).digest('hex');
    return { from, name: `${from}.png`, type: 'image/png', size: content.length, hash };
  };
  assert.deepEqual(outcome, [expected(other), expected(one)]);
}
