import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, openRoom, savedAll, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

const FILES = 200;

test('two hundred dropped files arrive, and the page works once a frame and on what is in sight', async (t) => {
  const pages = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openPage(t, context.browser, 'about:blank');
    await page.addInitScript(countWork);
    await page.goto(`${context.server.url}#room=many`);
    pages.push(page);
  }
  const [sender, receiver] = pages;
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  await receiver.getByTestId('auto-accept').check();
  const files = Array.from({ length: FILES }, (_, i) => picture(i, 40_000 + i, `photo-${i}.png`));
  const dropped = await filesIn(sender, files);

  // A real drop event, all in one, as a file manager would hand them over.
  await sender.dispatchEvent('main', 'drop', { dataTransfer: dropped });
  await shown(receiver, 'received', FILES, 60_000);
  await receiver.waitForFunction(
    (n) => document.querySelectorAll('[data-testid=finished-transfers] > [data-state=complete]').length === n,
    FILES,
  );

  for (const [name, page] of Object.entries({ sender, receiver })) {
    const work = await page.evaluate(() => ({
      ...Object(window).work,
      nodes: document.querySelectorAll('*').length,
      pictures: document.querySelectorAll('img:not([hidden])').length,
    }));
    t.diagnostic(`${name}: ${JSON.stringify(work)}`);
    // Whatever changes the page waits for the next frame, and shares one request for it. Thumbnails have another, and
    // whoever watches the page from here as well.
    assert.ok(work.mostRequests <= 4, `${name} asked for ${work.mostRequests} callbacks within one frame`);
    // A row and a card for each file, of a dozen elements at most, and the page itself.
    assert.ok(work.nodes < 300 + FILES * 18, `${name} holds ${work.nodes} elements`);
    // Per file: a row that comes, changes a few times and moves to the finished ones; a card. Per frame, of which a slow machine
    // shows more: what is under way, and how much of all is done. Never per chunk or byte.
    assert.ok(work.writes < 300 + FILES * 9 + work.requests * 5, `${name} wrote to the page ${work.writes} times`);
    // The icon and the empty viewer; thumbnails are canvases, and of those only what came into sight is decoded.
    assert.equal(work.pictures, 2, `${name} shows full-size pictures`);
    assert.ok(work.decoded < FILES, `${name} decoded ${work.decoded} pictures`);
  }
  const arrived = await savedAll(receiver);
  assert.equal(arrived.size, FILES);
  for (const { name, buffer } of files) assertSameBytes(arrived.get(name), buffer, name);
  await receiver.waitForFunction(() => document.querySelectorAll('[data-testid=offer]').length === 0);
});

test('of more than a thousand offers the page keeps the newest thousand', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'thousand');
  const files = Array.from({ length: 1_010 }, (_, i) => ({
    name: `tiny-${i}.png`,
    buffer: Buffer.from(`content ${i}`),
  }));
  await sender.dispatchEvent('main', 'drop', { dataTransfer: await filesIn(sender, files) });

  const offers = receiver.getByTestId('offer');
  await offers.filter({ hasText: 'tiny-1009.png' }).waitFor({ state: 'attached' });
  await shown(receiver, 'offer', 1_000);
  assert.match(await offers.first().textContent(), /tiny-10\.png/);
});

function filesIn(page, files) {
  return page.evaluateHandle(
    (sent) => {
      const data = new window.DataTransfer();
      for (const { name, base64 } of sent) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: 'image/png' }));
      }
      return data;
    },
    files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') })),
  );
}

/** Runs in the page before anything else does. */
function countWork() {
  const work = { writes: 0, decoded: 0, requests: 0, mostRequests: 0 };
  Object.assign(window, { work });
  const decode = window.createImageBitmap.bind(window);
  window.createImageBitmap = (...args) => {
    work.decoded += 1;
    return decode(...args);
  };
  const request = window.requestAnimationFrame.bind(window);
  let waiting = 0;
  window.requestAnimationFrame = (callback) => {
    waiting += 1;
    work.requests += 1;
    work.mostRequests = Math.max(work.mostRequests, waiting);
    return request((now) => {
      waiting -= 1;
      callback(now);
    });
  };
  new window.MutationObserver((records) => (work.writes += records.length)).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
}
