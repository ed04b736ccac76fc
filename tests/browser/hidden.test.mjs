// Pages in the background: transfers go on although nobody looks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBackgroundBrowser } from '../support/chromium.mjs';
import { assertExactlyOnce, bench, joinPages, limit, ready } from './bench.mjs';

const context = bench({ before, after });

const files = Array.from({ length: 12 }, (_, index) => ({ seed: index + 1, size: 2_000_000 + index }));

test('two pages that are hidden in the middle of transfers carry them to the end', limit, async (t) => {
  const { browser, profile } = await launchBackgroundBrowser(t);
  const pages = [];
  for (let index = 0; index < 2; index += 1) {
    const page = await profile.newPage();
    await page.goto(context.url);
    pages.push(await ready(page));
  }
  const pair = await joinPages(pages);
  await pair.connect();
  await Promise.all([pair.left.share(files), pair.right.share(files)]);
  await Promise.all([pair.left.untilOffered(files.length), pair.right.untilOffered(files.length)]);
  await Promise.all([pair.left.pullAll(), pair.right.pullAll()]);
  await pair.left.until((party) => party.bytes.receive > 0);

  const inFront = await profile.newPage();
  await inFront.bringToFront();
  for (const page of pages) {
    await page.waitForFunction(() => document.visibilityState === 'hidden', undefined, { polling: 50 });
  }
  const atThatMoment = await pair.left.report();
  await Promise.all([pair.left.untilSettled(), pair.right.untilSettled()]);
  for (const page of pages) assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');

  const moved = files.reduce((sum, { size }) => sum + size, 0) - atThatMoment.bytes.receive;
  t.diagnostic(`${moved} bytes arrived at the left page while it was hidden`);
  assert.ok(moved > 0, 'something was left to do when the pages were hidden');

  // And from the start: offered, pulled and sent while nobody looks.
  await pair.right.share([{ seed: 77, size: 1_000_000 }]);
  await pair.left.untilOffered(files.length + 1);
  await pair.left.page.evaluate((name) => {
    const party = window.parties.get(name);
    party.pull([...party.offers.keys()].at(-1));
  }, pair.left.name);
  await pair.left.untilSettled();

  for (const side of [pair.left, pair.right]) {
    const ends = assertExactlyOnce(await side.report(), side.name);
    assert.deepEqual(
      ends.filter((end) => end !== 'image'),
      [],
    );
  }
  await browser.close();
});

test(
  'a hidden page whose callbacks always ask again is busy, not dead: its timers fire in between',
  limit,
  async (t) => {
    const { browser, profile } = await launchBackgroundBrowser(t);
    const page = await profile.newPage();
    await page.goto(context.url);
    const inFront = await profile.newPage();
    await inFront.bringToFront();
    await page.waitForFunction(() => document.visibilityState === 'hidden', undefined, { polling: 50 });
    const told = await page.evaluate(async () => {
      const { PeerSession } = await import('/dist/index.js');
      const never = () => {};
      let count = 0;
      // Enough for a page that gets no turn to fail, and not to hang.
      const again = (id) => void (count++ < 200_000 && session.pullFile(id));
      const network = { canReceiveFrom: never };
      const session = new PeerSession('a', 'b', { createdAt: 1 }, never, never, again, network);
      const untilTimer = new Promise((resolve) => setTimeout(resolve));
      session.pullFile('x');
      await untilTimer;
      const whenTimed = count;
      count = Infinity;
      session.close();
      return whenTimed;
    });
    t.diagnostic(`${told} callbacks before a timer fired`);
    assert.ok(told > 0 && told < 200_000);
    await browser.close();
  },
);
