import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

test('the wire view shows every message, and the filter narrows it', async (t) => {
  const page = await openPage(t, context.browser, `${context.server.url}?loopback`);
  await connectedPeers(page, 2);
  await page.getByTestId('auto-accept').check();
  await share(page, picture(1, 400_000, 'logged.png'));
  await shown(page, 'received', 1);

  await page.getByTestId('wire').locator('summary').click();
  const lines = page.getByTestId('wire-log').locator('.line');
  await lines.first().waitFor();
  const all = (await lines.allInnerTexts()).join('\n');
  for (const type of ['offer-file', 'pull-request', 'meta']) assert.match(all, new RegExp(`"type":"${type}"`));
  assert.match(all, /binary message.*KiB/);

  await page.getByTestId('wire-filter').fill('pull-request');
  const filtered = await lines.allInnerTexts();
  assert.equal(filtered.length, 2, 'one sent, one received');
  for (const line of filtered) assert.match(line, /pull-request/);

  await page.getByLabel('Direction').selectOption('in');
  assert.equal(await lines.count(), 1);
});

test('the speed graph shows the transfer while it runs', async (t) => {
  const page = await openPage(t, context.browser, `${context.server.url}?loopback`);
  await connectedPeers(page, 2);
  await page.getByTestId('auto-accept').check();
  const seen = await page.evaluateHandle(() => {
    const speeds = document.querySelector('[data-testid=speeds]');
    const texts = [];
    new window.MutationObserver(() => texts.push(speeds.textContent)).observe(speeds, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    return texts;
  });
  await share(page, picture(1, 12 * 1024 * 1024));
  await shown(page, 'received', 1);

  await page.waitForFunction(
    (texts) => texts.some((text) => /receiving\s+[1-9].*iB\/s/.test(text.replaceAll('\n', ' '))),
    seen,
  );
  assert.match(
    await page.getByTestId('speed-graph').getAttribute('aria-label'),
    /^Speed over the last minute; now receiving/,
  );
  assert.ok((await page.getByTestId('speed-graph').locator('canvas').boundingBox()).height > 80);
});
