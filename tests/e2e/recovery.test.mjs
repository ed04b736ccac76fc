import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import {
  breakConnection,
  holdVerification,
  isConnectedAnew,
  isVerifying,
  rememberConnections,
  startsTheConnection,
  verifyNow,
} from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

for (const breaker of ['the side that starts', 'the side that waits']) {
  test(`a connection broken by ${breaker} is made anew by itself`, async (t) => {
    const pages = await openPair(t, `broken-${breaker.replaceAll(' ', '-')}`);
    await share(pages[0], picture(1, 1000, 'again.png'));
    await shown(pages[1], 'offer', 1);

    await breakBy(pages, breaker);
    await pages[1].getByRole('button', { name: 'Accept again.png' }).click();
    await shown(pages[1], 'received', 1);
  });

  test(`one broken by ${breaker}, while the side that waits verifies a file, is made anew, and that file arrives`, async (t) => {
    const pages = await openPair(t, `verifying-${breaker.replaceAll(' ', '-')}`, holdVerification);
    const starts = await Promise.all(pages.map((page) => page.evaluate(startsTheConnection)));
    const [sender, receiver] = starts[0] ? pages : pages.toReversed();
    await sender.evaluate(verifyNow);
    await share(sender, picture(1, 1000, 'whole.png'));
    await receiver.getByRole('button', { name: 'Accept whole.png' }).click();
    await receiver.waitForFunction(isVerifying);

    await breakBy(pages, breaker);
    await receiver.evaluate(verifyNow);
    await shown(receiver, 'received', 1);
    await share(sender, picture(2, 1000, 'next.png'));
    await receiver.getByRole('button', { name: 'Accept next.png' }).click();
    await shown(receiver, 'received', 2);
  });
}

/** Two pages in a room. */
async function openPair(t, room, prepare = () => {}) {
  const pages = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openPage(t, context.browser, 'about:blank');
    await page.addInitScript(rememberConnections);
    await page.addInitScript(prepare);
    await page.goto(`${context.server.url}#room=${room}`);
    pages.push(page);
  }
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  return pages;
}

/** Until they are connected anew. */
async function breakBy(pages, breaker) {
  const starts = await Promise.all(pages.map((page) => page.evaluate(startsTheConnection)));
  assert.deepEqual([...starts].sort(), [false, true]);
  const broken = pages[starts.indexOf(breaker === 'the side that starts')];
  await broken.evaluate(breakConnection);
  await Promise.all(pages.map((page) => page.waitForFunction(isConnectedAnew)));
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
}
