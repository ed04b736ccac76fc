// The three WebRTC stacks, each as a "page" that `joinPages` can drive: Chromium's, Firefox's, and libdatachannel in Node.
import assert from 'node:assert/strict';
import { RTCPeerConnection } from 'node-datachannel/polyfill';
import { Outbox } from '../../../cli/late-candidates.mjs';
import { openTestPage, ready } from '../../browser/bench.mjs';
import { Party } from '../../browser/page/party.mjs';
import { serveBuiltPackage } from '../../browser/static-server.mjs';
import { launchBrowser } from '../../support/chromium.mjs';
import { launchFirefox } from '../../support/firefox.mjs';

/** A page of each stack, for all tests of a file; complaints of any page are a failure of the file. `page`: not the one of the main entry. */
export function stacks({ before, after, page = undefined }) {
  const context = /** @type {Record<'Chromium' | 'Firefox' | 'node-datachannel', any>} */ ({});
  /** @type {(() => Promise<unknown>)[]} The last to be opened is the first to be closed. */
  const closing = [];
  const later = { after: (close) => closing.unshift(close) };
  before(async () => {
    const server = await serveBuiltPackage(page);
    later.after(() => server.close());
    const browser = await launchBrowser();
    later.after(() => browser.close());
    const firefox = await launchFirefox();
    later.after(() => firefox.close());
    context.Chromium = await openTestPage(later, { url: server.url, browser });
    context.Firefox = await ready(await openFirefoxPage(later, firefox.browser, server.url));
    context['node-datachannel'] = new NodePage();
    later.after(() => context['node-datachannel'].close());
  }, openingLimit);
  after(async () => {
    const faults = [];
    for (const close of closing) await close().catch((fault) => faults.push(fault));
    assert.deepEqual(faults, []);
  }, openingLimit);
  return context;
}

/** A page that must stay without a single error until the test ends. */
export async function openFirefoxPage(t, browser, url) {
  const profile = await browser.createBrowserContext();
  const page = await profile.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  t.after(async () => {
    await profile.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(url);
  return page;
}

const openingLimit = { timeout: 60_000 };

const parties = new Map();
const carriers = new Map();

/** This very process in the place of a page: the same sessions and the same ledger, without a browser. */
class NodePage {
  carriers = carriers;

  /** What the functions find as globals is what the page's script puts there. */
  async evaluate(work, given) {
    return work(given);
  }

  /** An open connection would keep a failed test from ending. */
  async close() {
    for (const { session } of parties.values()) session.close();
    parties.clear();
  }
}

const carried = (signal) => JSON.parse(JSON.stringify(signal));

Object.assign(globalThis, {
  parties,
  makeParty: ({ options, ...given }) => {
    const outbox = new Outbox((signal) => carriers.get(given.name)(carried(signal)));
    const sendSignal = (signal) => outbox.send(signal);
    const party = new Party({ ...given, sendSignal, options: { ...options, RTCPeerConnection } });
    parties.set(given.name, Object.assign(party, { outbox }));
  },
  handleSignal: async (name, signal) => {
    const party = parties.get(name);
    await party?.session.handleSignal(carried(signal));
    if (signal.type === 'answer') party?.outbox.release();
  },
});
