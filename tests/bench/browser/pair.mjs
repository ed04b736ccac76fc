// @ts-check
// Two Chromium processes, one page each, with this process between them: it serves the pages and carries the signals.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { packageFolder } from '../../../tools/setup/paths.mjs';
import { launchBrowser } from '../../support/chromium.mjs';
import { UdpRelay, withoutCandidates } from '../../support/udp-relay.mjs';
import { Unsignalled } from '../../support/unsignalled.mjs';
import { startBroker, withSignal } from './broker.mjs';

/**
 * One measured transfer.
 *
 * @typedef {{taskMs: number, cpuMs: number}} MainThread
 * @typedef {{seconds: number, sender: MainThread, receiver: MainThread, sent: [number, number][],
 *   received: [number, number][]}} Run
 */

export class Pair {
  /** @type {Record<'a' | 'b', {browser: import('playwright-core').Browser, page: import('playwright-core').Page, cdp: import('playwright-core').CDPSession}>} */
  #sides = /** @type {any} */ ({});
  #server;
  #broker;
  #runs = 0;
  /** @type {(side: 'a' | 'b', signal: any) => void} */
  #carry = () => {};
  /** @type {(side: 'a' | 'b', description: any) => any} What a connection of that side is told, of a description of the other. */
  #carryDescription = () => {};

  static async launch() {
    const pair = new Pair();
    await pair.#launch();
    return pair;
  }

  async #launch() {
    const bundle = await build({
      entryPoints: [new URL('page.mjs', import.meta.url).pathname],
      bundle: true,
      format: 'iife',
      write: false,
      logLevel: 'error',
      alias: { 'peer-session': `${packageFolder}/index.js` },
    });
    this.#server = createServer(async (request, response) => {
      const path = request.url ?? '/';
      if (path.startsWith('/dist/')) {
        response.setHeader('content-type', 'text/javascript');
        response.end(await readFile(`${packageFolder}/${path.slice('/dist/'.length).replace(/\?.*/, '')}`));
      } else if (path.startsWith('/nothing.js')) {
        response.setHeader('content-type', 'text/javascript');
        response.end('export const nothing = 0;');
      } else {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(
          path === '/empty'
            ? ''
            : `<!doctype html><script>${bundle.outputFiles[0].text.replaceAll('</script', '<\\/script')}</script>`,
        );
      }
    }).listen(0);
    this.#broker = startBroker();
    for (const side of /** @type {const} */ (['a', 'b'])) {
      const browser = await launchBrowser();
      const context = await browser.newContext();
      const page = await context.newPage();
      page.on('pageerror', (error) => process.stderr.write(`page ${side}: ${error.stack}\n`));
      await page.exposeFunction('emitSignal', (signal) => this.#carry(side, signal));
      await page.exposeFunction('carryDescription', (description) => this.#carryDescription(side, description));
      await page.goto(this.url);
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'timeTicks' });
      this.#sides[side] = { browser, page, cdp: session };
    }
  }

  get url() {
    return `http://localhost:${/** @type {any} */ (this.#server.address()).port}/`;
  }

  get page() {
    return this.#sides.a.page;
  }

  /** @param {'a' | 'b'} side */
  pageOf(side) {
    return this.#sides[side].page;
  }

  /** Calls a method of the link on that side, and resolves with its answer. @param {'a' | 'b'} side */
  ask(side, what, ...given) {
    return this.pageOf(side).evaluate((call) => globalThis.bench.ask(...call), [what, ...given]);
  }

  /** @param {'a' | 'b'} side @param {number[]} sizes */
  prepare(side, sizes) {
    return this.pageOf(side).evaluate((list) => globalThis.bench.prepare(list), sizes);
  }

  freshPage() {
    return this.page.context().newPage();
  }

  /**
   * Opens a connection between both pages; over a relay, b is the end that it hides.
   *
   * @param {{redirect: (signal: any) => any}} [relay] Its answer may be a promise.
   */
  async connect(kind, options = {}, relay = undefined) {
    const { a, b } = this.#sides;
    const deliver = async (page, signal) => {
      const delivered = await signal;
      if (delivered) await page.evaluate((message) => globalThis.bench.signal(message), delivered).catch(() => {});
    };
    const carried = (side, signal) => {
      if (!relay) return signal;
      return side === 'a' ? withoutCandidates(signal) : relay.redirect(signal);
    };
    const unsignalled = new Unsignalled();
    this.#carry = (side, signal) => {
      unsignalled.note(signal);
      void deliver(side === 'a' ? b.page : a.page, carried(side, signal));
    };
    this.#carryDescription = (side, description) =>
      unsignalled.carry(description, (signal) => carried(side === 'a' ? 'b' : 'a', signal));
    this.#broker.carry = (message) =>
      withSignal(message, (signal) => carried(message.src.endsWith('-a') ? 'a' : 'b', signal));
    const given = {
      ...options,
      ...(kind === 'peerjs' ? { port: this.#broker.port, room: `run${(this.#runs += 1)}` } : {}),
    };
    const open = (page, side) => page.evaluate(([k, s, o]) => globalThis.bench.open(k, s, o), [kind, side, given]);
    const opened = Promise.all([open(a.page, 'a'), open(b.page, 'b')]);
    for (const { page } of [b, a]) await page.evaluate(() => globalThis.bench.start());
    await opened;
  }

  async disconnect() {
    await Promise.all(Object.values(this.#sides).map(({ page }) => page.evaluate(() => globalThis.bench.close())));
  }

  /** Sends files of these sizes from a to b. @returns {Promise<Run>} */
  async run(kind, sizes, { options = {}, delay = undefined } = {}) {
    const relay = delay === undefined ? undefined : await UdpRelay.start({ delay });
    const { a, b } = this.#sides;
    await a.page.evaluate((list) => globalThis.bench.prepare(list), sizes);
    await this.connect(kind, options, relay);

    const before = await Promise.all([mainThread(a), mainThread(b)]);
    await b.page.evaluate((list) => globalThis.bench.expect(list), sizes);
    const arriving = b.page.evaluate(() => globalThis.bench.arrived());
    await a.page.evaluate(() => void globalThis.bench.send());
    const milliseconds = await arriving;
    const after = await Promise.all([mainThread(a), mainThread(b)]);
    const [sent, received] = await Promise.all(
      [a, b].map(({ page }) => page.evaluate(() => globalThis.bench.progress())),
    );
    await this.disconnect();
    relay?.close();
    const [sender, receiver] = [0, 1].map((side) => ({
      taskMs: after[side].taskMs - before[side].taskMs,
      cpuMs: after[side].cpuMs - before[side].cpuMs,
    }));
    return { seconds: milliseconds / 1000, sender, receiver, sent, received };
  }

  async close() {
    await Promise.all(Object.values(this.#sides).map(({ browser }) => browser.close()));
    this.#server.close();
    this.#broker.close();
  }
}

/** How long the main thread's tasks took, and how much processor they had: less, where others wanted it too. */
async function mainThread({ cdp }) {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const milliseconds = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
  return { taskMs: milliseconds('TaskDuration'), cpuMs: milliseconds('ThreadTime') };
}
