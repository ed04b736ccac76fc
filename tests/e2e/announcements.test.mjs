// What a screen reader is told. It speaks when the region changes, so every text that it ever had is what was said.
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

async function openListening(t, room) {
  const pages = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openPage(t, context.browser, 'about:blank');
    await page.addInitScript(listen);
    await page.goto(`${context.server.url}#room=${room}`);
    pages.push(page);
  }
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  return pages;
}

/** Waits until this much was said in all, in one sentence or in several, and of nothing more. */
async function toldInAll(page, expected) {
  await page.waitForFunction(
    (sums) => JSON.stringify(Object(window).saidInAll()) === JSON.stringify(sums),
    Object.fromEntries(Object.entries(expected).sort()),
  );
}

test('what came and what failed are told apart, on both sides', async (t) => {
  const [sender, receiver] = await openListening(t, 'told');
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  const changed = [1, 2].map((i) => path.join(folder, `changed-${i}.png`));
  for (const file of changed) await writeFile(file, picture(file.length, 20_000).buffer.fill(file.at(-5), 500));
  await share(sender, [
    ...changed,
    picture(3, 4_000, 'three.png'),
    picture(4, 4_000, 'four.png'),
    picture(5, 4_000, 'five.png'),
  ]);
  await shown(receiver, 'offer', 5);
  for (const file of changed) await appendFile(file, 'more');

  await receiver.getByTestId('accept-all').click();

  await toldInAll(receiver, { 'offered to you': 5, received: 3, 'failed to arrive': 2, 'is connected': 1 });
  await toldInAll(sender, { sent: 3, 'could not be sent': 2, 'is connected': 1 });
  assert.equal(await receiver.getByTestId('received').count(), 3);
});

test('many at once are one sentence', async (t) => {
  const [sender, receiver] = await openListening(t, 'one-sentence');
  await toldInAll(receiver, { 'is connected': 1 });
  await receiver.getByTestId('auto-accept').check();
  await share(
    sender,
    [1, 2, 3].map((seed) => picture(seed, 4_000)),
  );
  await toldInAll(receiver, { 'offered to you': 3, received: 3, 'is connected': 1 });
  assert.ok((await receiver.evaluate(() => Object(window).said.length)) <= 3);
});

test('the same sentence is said again when it happens again', async (t) => {
  const [sender, receiver] = await openListening(t, 'again');
  await receiver.getByTestId('auto-accept').check();
  for (let i = 1; i <= 3; i += 1) {
    await share(sender, picture(i, 4_000));
    await toldInAll(receiver, { 'offered to you': i, received: i, 'is connected': 1 });
  }
});

/** Runs in the page before anything else does. */
function listen() {
  const said = [];
  const saidInAll = () => {
    const sums = {};
    for (const sentence of said.join(' ').split('. ')) {
      const [, count, what] =
        /^(\d+) files? (.*?)\.?$/.exec(sentence) ?? /^()\D* (is connected)\.?$/.exec(sentence) ?? [];
      if (what) sums[what] = (sums[what] ?? 0) + (Number(count) || 1);
    }
    return Object.fromEntries(Object.entries(sums).sort());
  };
  Object.assign(window, { said, saidInAll });
  document.addEventListener('DOMContentLoaded', () => {
    const region = document.querySelector('[data-testid=announcements]');
    new window.MutationObserver(() => said.push(region.textContent)).observe(region, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}
