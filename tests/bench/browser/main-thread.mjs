// @ts-check
// One large file between two Chromium processes, and what their pages' main threads have to do for it, with an entry of the package.
import { tmpdir } from 'node:os';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../../../tools/setup/paths.mjs';
import { launchBrowser } from '../../support/chromium.mjs';
import { serveFolders } from '../../support/static-server.mjs';

/**
 * `taskMs` is how long the main thread's tasks took, `cpuMs` the processor time that it had, both from the pull to the end;
 * `longestTask` is 0 where none took 50 ms.
 *
 * @typedef {{taskMs: number, cpuMs: number, longestTask: number}} OneSide
 * @typedef {{seconds: number, firstByteMs: number, startMs: number, sender: OneSide, receiver: OneSide}} Run `firstByteMs` from the
 *   pull; `startMs` from the import of the package to the first byte of a small file.
 */

/** @param {{entry: string, bytes: number, intoFile?: boolean}} given @returns {Promise<Run>} */
export async function runMainThread({ entry, bytes, intoFile = false }) {
  const folder = await mkdtemp(join(tmpdir(), 'peer-session-main-thread-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><link rel="icon" href="data:,">');
  const server = await serveFolders({ '/dist/': packageFolder, '/': folder });
  const browsers = [await launchBrowser(), await launchBrowser()];
  try {
    const sides = await Promise.all(browsers.map((browser) => openSide(browser, server.origin)));
    const [sender, receiver] = sides;
    for (const [index, side] of sides.entries()) {
      const other = sides[1 - index].page;
      await side.page.exposeFunction('sendSignal', (signal) => {
        void other.evaluate((given) => globalThis.session.handleSignal(given), signal).catch(() => {});
      });
    }
    const about = { entry: `/dist/${entry}.js`, bytes };
    for (const { page } of sides) await page.evaluate(watchTasks);
    // Both at once, as two people that open a page: the first bytes come of a file that was offered with the connection.
    const [, startMs] = await Promise.all([
      sender.page.evaluate(open, { ...about, self: 'a', peer: 'b' }),
      receiver.page.evaluate(open, { ...about, self: 'b', peer: 'a' }),
    ]);
    await sender.page.evaluate(offerLarge, bytes);
    const before = await Promise.all(sides.map(mainThread));
    const [, { seconds, firstByteMs }] = await Promise.all([
      sender.page.evaluate(untilSent),
      receiver.page.evaluate(pullLarge, intoFile),
    ]);
    const after = await Promise.all(sides.map(mainThread));
    const [ofSender, ofReceiver] = await Promise.all(
      sides.map(async ({ page }, index) => ({
        taskMs: after[index].taskMs - before[index].taskMs,
        cpuMs: after[index].cpuMs - before[index].cpuMs,
        longestTask: await page.evaluate(() => globalThis.longestTask()),
      })),
    );
    return { seconds, firstByteMs, startMs, sender: ofSender, receiver: ofReceiver };
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server.close();
    await rm(folder, { recursive: true });
  }
}

async function openSide(browser, origin) {
  const page = await (await browser.newContext()).newPage();
  page.on('pageerror', (error) => process.stderr.write(`${error.stack}\n`));
  await page.goto(`${origin}/index.html`);
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable', { timeDomain: 'timeTicks' });
  return { page, tools };
}

async function mainThread({ tools }) {
  const { metrics } = await tools.send('Performance.getMetrics');
  const milliseconds = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
  return { taskMs: milliseconds('TaskDuration'), cpuMs: milliseconds('ThreadTime') };
}

/** In the page, as all that follows: the longest task from the last large pull or offer on. */
function watchTasks() {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ type: 'longtask' });
  globalThis.longestTask = () => {
    for (const { duration } of observer.takeRecords()) longest = Math.max(longest, duration);
    return longest;
  };
  globalThis.forgetTasks = () => {
    observer.takeRecords();
    longest = 0;
  };
}

/** Resolves with the milliseconds from here to the first byte of a small file that comes from the other side. */
async function open({ entry, self, peer, bytes }) {
  const start = performance.now();
  const { PeerSession } = await import(entry);
  const small = new Blob([new Uint8Array(20_000).fill(self.charCodeAt(0))]);
  const hashOf = async (blob) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  globalThis.hashOf = hashOf;
  return new Promise((resolve, reject) => {
    let first;
    const session = new PeerSession(
      self,
      peer,
      { createdAt: 1 },
      globalThis.sendSignal,
      () => {},
      () => {},
      { canReceiveFrom: () => true },
      async (type, connected, offer) => {
        if (type === 'connected') connected.sendImage(small, await hashOf(small));
        if (type !== 'offer-file') return;
        if (offer.size < 1_000_000) connected.pullFile(offer.transferId);
        else globalThis.offered(offer);
      },
      undefined,
      undefined,
      [],
      { maxFileSize: 2 * bytes },
    );
    globalThis.session = session;
    globalThis.largeOffer = new Promise((told) => (globalThis.offered = told));
    session.addEventListener('progress', ({ direction }) => {
      if (direction === 'receive') first ??= performance.now() - start;
    });
    session.addEventListener('error', ({ error }) => reject(error));
    session.addEventListener('transferend', ({ direction }) => {
      if (direction === 'receive') resolve(first);
    });
    void session.start();
  });
}

async function offerLarge(bytes) {
  const words = new Uint32Array(bytes / 4);
  for (let index = 0, state = 1; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[index] = state;
  }
  const blob = new Blob([words]);
  const transferId = globalThis.session.sendImage(blob, await globalThis.hashOf(blob));
  globalThis.sent = new Promise((resolve, reject) => {
    globalThis.session.addEventListener('transferend', (event) => {
      if (event.transferId === transferId) event.error ? reject(event.error) : resolve(undefined);
    });
  });
  // What has been made for it is let go of.
  await new Promise((resolve) => setTimeout(resolve, 200));
  globalThis.forgetTasks();
}

async function untilSent() {
  await globalThis.sent;
}

async function pullLarge(intoFile) {
  const session = globalThis.session;
  const { transferId } = await globalThis.largeOffer;
  const folder = await navigator.storage.getDirectory();
  const to = intoFile ? await folder.getFileHandle('large', { create: true }) : undefined;
  globalThis.forgetTasks();
  let firstByteMs;
  const start = performance.now();
  await new Promise((resolve, reject) => {
    session.addEventListener('progress', (event) => {
      if (event.transferId === transferId) firstByteMs ??= performance.now() - start;
    });
    session.addEventListener('transferend', (event) => {
      if (event.transferId === transferId) event.error ? reject(event.error) : resolve(undefined);
    });
    session.pullFile(transferId, to ? { to } : undefined);
  });
  return { seconds: (performance.now() - start) / 1000, firstByteMs };
}
