// One side vanishes at a random moment of transfers in both directions; the one that is left settles every id once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage } from '../e2e/browser.mjs';
import { launchKillableBrowser } from '../support/chromium.mjs';
import {
  assertExactlyOnce,
  bench,
  countOf,
  joinPages,
  limit,
  openTestPage,
  ready,
  rounds,
  seed,
  seededRandom,
} from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
const files = [1, 2, 3, 4].map((each) => ({ seed: each, size: 5 * MiB + each }));
const total = files.reduce((sum, { size }) => sum + size, 0);

// The default waits are the same code with larger numbers. These are not so small that a busy machine reaches them by
// itself: Chromium's SCTP pauses for up to two seconds there.
const options = { pullTimeout: 4_000, stallTimeout: 5_000 };
/** The running file stalls, the pulls behind it time out; the rest is room for a busy machine. */
const documentedTime = options.stallTimeout + options.pullTimeout;
const room = 4_000;

const endings = {
  'its browser was killed': async (t) => {
    const { server, browser } = await launchKillableBrowser();
    t.after(() => server.kill());
    const page = await ready(await openPage(t, browser, context.url));
    return { page, end: () => server.kill() };
  },
  'its page was closed': async (t) => {
    const page = await openTestPage(t, context);
    return { page, end: () => page.close() };
  },
  'its process crashed': async (t) => {
    const page = await openTestPage(t, context);
    const devtools = await page.context().newCDPSession(page);
    const crashed = new Promise((resolve) => page.once('crash', resolve));
    // The command is never answered: who should answer it is gone.
    const end = () => {
      devtools.send('Page.crash').catch(() => {});
      return crashed;
    };
    return { page, end };
  },
};

const random = seededRandom(seed);
let survivorIsLeft = false;

for (let round = 0; round < rounds; round += 1) {
  for (const [how, open] of Object.entries(endings)) {
    const bytes = Math.floor(random() * total * 0.9);
    survivorIsLeft = !survivorIsLeft;
    const leftSurvives = survivorIsLeft;
    test(`${how} after ${bytes} of ${total} bytes (seed ${seed})`, limit, async (t) => {
      const survivorPage = await openTestPage(t, context);
      const victim = await open(t);
      const pages = leftSurvives ? [survivorPage, victim.page] : [victim.page, survivorPage];
      const pair = await joinPages(pages, { options });
      const [survivor, lost] = leftSurvives ? [pair.left, pair.right] : [pair.right, pair.left];
      await pair.connect();
      await Promise.all([survivor.share(files), lost.share(files)]);
      await Promise.all([survivor.untilOffered(files.length), lost.untilOffered(files.length)]);
      await Promise.all([survivor.pullAll(), lost.pullAll()]);

      await survivor.until((party, threshold) => party.isSettled || party.bytes.receive >= threshold, bytes);
      await victim.end();
      const ended = performance.now();
      await survivor.untilSettled();
      const waited = performance.now() - ended;

      await survivor.close();
      const ends = assertExactlyOnce(await survivor.report(), 'survivor');
      assert.equal(ends.length, files.length);
      t.diagnostic(`settled after ${Math.round(waited)} ms: ${countOf(ends)}`);
      assert.ok(waited < documentedTime + room, `settled only after ${Math.round(waited)} ms`);
    });
  }
}
