import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

async function openWire(t, options = {}) {
  const page = await openPage(t, context.browser, `${context.server.url}?loopback`, options);
  await connectedPeers(page, 2);
  await page.getByTestId('auto-accept').check();
  await page.getByTestId('wire').locator('summary').first().click();
  return page;
}

const linesOf = (page) => page.getByTestId('wire-log').locator('.line');

/** The log is drawn a few times a second, so what is looked for may come a moment later. */
const linesAre = (page, count) =>
  page.waitForFunction((n) => document.querySelectorAll('[data-testid=wire-log] .line').length === n, count);

test('the wire view shows each message with its direction, kind, size and transfer', async (t) => {
  const page = await openWire(t);
  await share(page, picture(1, 400_000, 'logged.png'));
  await shown(page, 'received', 1);
  // Offer, request and description once at either side; the bytes likewise, in one entry or more.
  for (const kind of ['offer-file', 'pull-request', 'meta']) {
    await page
      .getByTestId(`kind-${kind}`)
      .filter({ hasText: `${kind} 2` })
      .waitFor();
  }
  const cells = await linesOf(page).evaluateAll((rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  const offer = cells.find(([, , , kind]) => kind === 'offer-file');
  assert.match(offer[1], /out/);
  assert.match(offer[2], /Left side/);
  assert.match(offer[4], /^\d+ B$/);
  assert.match(offer[5], /^[0-9a-f]{8}$/);
  assert.match(offer[6], /"name":"logged\.png"/);
  const received = cells.filter(([, way, , kind]) => kind === 'binary' && /in/.test(way));
  assert.ok(received.length > 0);
  for (const [, , , , size, id, content] of received) {
    assert.match(size, /iB$| B$/);
    assert.equal(id, offer[5], 'bytes belong to the transfer announced before them');
    assert.match(content, /binary message/);
  }
});

test('text, kind, direction and transfer narrow what is shown', async (t) => {
  const page = await openWire(t);
  await share(page, [picture(1, 1000, 'first.png'), picture(2, 1000, 'second.png')]);
  await shown(page, 'received', 2);
  await page.getByTestId('kind-meta').filter({ hasText: 'meta 4' }).waitFor();

  await page.getByTestId('wire-filter').fill('SECOND.png');
  await linesAre(page, 4);
  await page.getByTestId('kind-meta').click();
  assert.equal(await page.getByTestId('kind-meta').getAttribute('aria-pressed'), 'true');
  await linesAre(page, 2);
  await page.getByLabel('Direction').selectOption('in');
  await linesAre(page, 1);
  await page.getByTestId('wire-filter').fill('no such text');
  await linesAre(page, 0);
  await page.getByText('No message fits the filter.').waitFor();

  await page.getByTestId('wire-filter').fill('');
  await page.getByTestId('kind-meta').click();
  await page.getByLabel('Direction').selectOption('');
  await page.getByTestId('kind-pull-request').filter({ hasText: 'pull-request 4' }).waitFor();
  const total = await linesOf(page).count();
  await page
    .getByRole('button', { name: /^Show only transfer/ })
    .first()
    .click();
  await page.waitForFunction((n) => {
    const shownNow = document.querySelectorAll('[data-testid=wire-log] .line').length;
    return shownNow > 0 && shownNow < n;
  }, total);
  const ids = await page.getByTestId('wire-log').locator('.transfer-id').allInnerTexts();
  assert.equal(new Set(ids).size, 1);
});

test('while paused the view stands still and nothing is lost; clearing empties it', async (t) => {
  const page = await openWire(t);
  await share(page, picture(1, 1000, 'before.png'));
  await shown(page, 'received', 1);
  await page.getByTestId('kind-binary').filter({ hasText: 'binary 2' }).waitFor();
  const before = await linesOf(page).count();

  await page.getByTestId('wire-pause').check();
  await share(page, picture(2, 1000, 'meanwhile.png'));
  await shown(page, 'received', 2);
  await page
    .getByTestId('wire-count')
    .filter({ hasText: /paused, \d+ new since/ })
    .waitFor();
  assert.equal(await linesOf(page).count(), before);
  assert.equal(await linesOf(page).filter({ hasText: 'meanwhile.png' }).count(), 0);

  await page.getByTestId('wire-pause').uncheck();
  await linesOf(page).filter({ hasText: 'meanwhile.png' }).first().waitFor();

  await page.getByTestId('wire-clear').click();
  await linesAre(page, 0);
});

test('what is shown can be copied and saved as JSON lines', async (t) => {
  const page = await openWire(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await share(page, picture(1, 1000, 'exported.png'));
  await shown(page, 'received', 1);
  await page.getByTestId('kind-offer-file').filter({ hasText: 'offer-file 2' }).waitFor();
  await page.getByTestId('kind-offer-file').click();
  await linesAre(page, 2);

  const downloading = page.waitForEvent('download');
  await page.getByTestId('wire-save').click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'wire.jsonl');
  const saved = await readFile(await download.path(), 'utf8');
  await page.getByTestId('wire-copy').click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), saved);

  const objects = saved
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    objects.map(({ direction, kind, messages, message }) => [direction, kind, messages, message.name]),
    [
      ['out', 'offer-file', 1, 'exported.png'],
      ['in', 'offer-file', 1, 'exported.png'],
    ],
  );
  assert.equal(objects[0].transferId, objects[0].message.transferId);
  assert.equal(new Date(objects[0].time).toISOString(), objects[0].time);
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
