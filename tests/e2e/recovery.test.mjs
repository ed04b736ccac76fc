import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { breakConnection, isConnectedAnew, rememberConnections, startsTheConnection } from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

for (const breaker of ['the side that starts', 'the side that waits']) {
  test(`a connection broken by ${breaker} is made anew by itself`, async (t) => {
    const room = `broken-${breaker.replaceAll(' ', '-')}`;
    const pages = [];
    for (let i = 0; i < 2; i += 1) {
      const page = await openPage(t, context.browser, 'about:blank');
      await page.addInitScript(rememberConnections);
      await page.goto(`${context.server.url}#room=${room}`);
      pages.push(page);
    }
    await Promise.all(pages.map((page) => connectedPeers(page, 1)));
    await share(pages[0], picture(1, 1000, 'again.png'));
    await shown(pages[1], 'offer', 1);

    const starts = await Promise.all(pages.map((page) => page.evaluate(startsTheConnection)));
    assert.deepEqual([...starts].sort(), [false, true]);
    const broken = pages[starts.indexOf(breaker === 'the side that starts')];
    await broken.evaluate(breakConnection);

    await Promise.all(pages.map((page) => page.waitForFunction(isConnectedAnew)));
    await Promise.all(pages.map((page) => connectedPeers(page, 1)));
    await pages[1].getByRole('button', { name: 'Accept again.png' }).click();
    await shown(pages[1], 'received', 1);
  });
}
