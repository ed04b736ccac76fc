// The channel for files of connections that somebody else makes: both browsers, and a peer that has none.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { launchBrowser } from '../support/chromium.mjs';
import { launchFirefox } from '../support/firefox.mjs';
import { serveFolders } from '../support/static-server.mjs';
import { openFirefoxPage } from './support/stacks.mjs';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** What each page has: one connection, told of the other's whole description, with whatever channels it brings. */
const script = `
  import { fileChannelOf, Transfers, withFileChannel } from '/dist/transfers.js';
  Object.assign(globalThis, {
    begin({ isPlain, offers }) {
      const Connection = isPlain ? RTCPeerConnection : withFileChannel(RTCPeerConnection);
      globalThis.connection = new Connection();
      globalThis.heard = [];
      const listen = (channel) => (channel.onmessage = ({ data }) => heard.push(channel.label + ': ' + data));
      connection.ondatachannel = ({ channel }) => listen(channel);
      globalThis.spoke = new Promise((resolve) => {
        if (!offers) return;
        const chat = connection.createDataChannel('chat');
        chat.onopen = () => resolve(chat.send('hello'));
      });
    },
    async describe(remote) {
      if (remote) await connection.setRemoteDescription(remote);
      if (remote?.type !== 'answer') await connection.setLocalDescription();
      if (connection.iceGatheringState !== 'complete') {
        await new Promise((resolve) => {
          connection.onicecandidate = ({ candidate }) => candidate || resolve();
        });
      }
      return connection.localDescription.toJSON();
    },
    makeTransfers: () => (globalThis.transfers = new Transfers(fileChannelOf(connection))),
    async offer(size) {
      makeTransfers();
      globalThis.offered = transfers.offer(new Blob([new Uint8Array(size)]), { name: 'large.bin' });
      await transfers.ready;
      return offered.state;
    },
    delivered: () => offered.done,
    async pull() {
      for await (const file of makeTransfers().incoming) return (await file.pull()).size;
    },
    end: () => connection.close(),
    isReady: true,
  });
`;

const pages = {};
let closing = [];
before(async () => {
  const later = { after: (close) => closing.unshift(close) };
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-file-channel-'));
  later.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><link rel="icon" href="data:,"><script type="module">${script}</script>`,
  );
  const site = await serveFolders({ '/dist/': dist, '/': folder });
  later.after(() => site.close());
  const chromium = await launchBrowser();
  later.after(() => chromium.close());
  pages.Chromium = await chromium.newPage();
  await pages.Chromium.goto(`${site.origin}/`);
  const firefox = await launchFirefox();
  later.after(() => firefox.close());
  pages.Firefox = await openFirefoxPage(later, firefox.browser, `${site.origin}/`);
  for (const page of Object.values(pages)) await page.waitForFunction('globalThis.isReady');
});
after(async () => {
  for (const close of closing) await close();
});

/** Connects the two, of which the first offers the connection. */
async function connect(t, near, far, { isPlain = false } = {}) {
  t.after(() => Promise.all([near, far].map((page) => page.evaluate(() => globalThis.end()))));
  await near.evaluate(() => globalThis.begin({ offers: true }));
  await far.evaluate((plain) => globalThis.begin({ isPlain: plain }), isPlain);
  const offer = await near.evaluate(() => globalThis.describe());
  const answer = await far.evaluate((description) => globalThis.describe(description), offer);
  await near.evaluate((description) => globalThis.describe(description), answer);
}

const heardBy = async (page) => {
  await page.waitForFunction('globalThis.heard.length > 0');
  return page.evaluate(() => globalThis.heard);
};

const size = 5_000_000;

for (const [one, other] of /** @type {const} */ ([
  ['Chromium', 'Firefox'],
  ['Firefox', 'Chromium'],
])) {
  test(`from ${one} to ${other}, which begins to listen later`, { timeout: 60_000 }, async (t) => {
    const [near, far] = [pages[one], pages[other]];
    await connect(t, near, far);
    await near.evaluate((bytes) => globalThis.offer(bytes), size);
    assert.deepEqual(await heardBy(far), ['chat: hello']);
    assert.equal(await far.evaluate(() => globalThis.pull()), size);
    await near.evaluate(() => globalThis.delivered());
  });

  test(`${other} without one is not disturbed by that of ${one}`, { timeout: 60_000 }, async (t) => {
    const [near, far] = [pages[one], pages[other]];
    await connect(t, near, far, { isPlain: true });
    await near.evaluate((bytes) => globalThis.offer(bytes), size);
    await near.evaluate(() => globalThis.spoke);
    assert.deepEqual(await heardBy(far), ['chat: hello']);
    assert.equal(await near.evaluate(() => globalThis.connection.connectionState), 'connected');
  });
}
