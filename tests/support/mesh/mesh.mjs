// Pages of the mesh client in one browser, each in a process of its own; this process is their signalling and their clock.
import { fileURLToPath } from 'node:url';
import { serveFolders } from '../static-server.mjs';

/** 16 images of 19.4 MB in all. */
export const images = Array.from({ length: 16 }, (_, index) => ({ seed: index + 1, size: 400_000 + index * 108_333 }));
export const bytesOfImages = images.reduce((sum, { size }) => sum + size, 0);

/** How long a mesh may take; by then, today's clients have given up on what did not arrive. */
export const mostMilliseconds = 100_000;

export class Mesh {
  /** When which page had which image, in milliseconds after the first was shared. */
  arrivals = [];
  #browser;
  #server;
  #options;
  #pages = new Map();
  #bytesOfTheDead = 0;
  #sharedAt = 0;
  #sharer = '';
  #waiting = new Set();

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {{options?: object}} [given] Of every session.
   */
  static async open(browser, { options = {} } = {}) {
    const mesh = new Mesh();
    mesh.#browser = browser;
    mesh.#options = options;
    const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
    mesh.#server = await serveFolders({
      '/mesh/': folder('./'),
      '/content/': folder('../../browser/page/'),
      '/dist/': folder('../../../dist/'),
    });
    return mesh;
  }

  async close() {
    for (const { profile } of this.#pages.values()) await profile.close();
    await this.#server.close();
  }

  /** A page more; it has greeted the others when this resolves. */
  async join(id) {
    const profile = await this.#browser.newContext();
    const page = await profile.newPage();
    await page.exposeFunction('carry', (from, signal) => this.#carry(from, signal));
    await page.exposeFunction('tellStored', (who, hash) => this.#store(who, hash));
    await page.exposeFunction('tellIdle', () => this.#stir());
    await page.goto(`${this.#server.origin}/mesh/page/index.html`);
    await page.waitForFunction(() => globalThis.isReady);
    await page.evaluate((given) => globalThis.makeClient(given), { id, options: this.#options });
    this.#pages.set(id, { page, profile });
    this.#carry(id, { type: 'join', senderId: id });
  }

  async untilConnected() {
    const others = this.#pages.size - 1;
    for (const { page } of this.#pages.values()) {
      await page.waitForFunction((count) => globalThis.connectedCount() === count, others);
    }
  }

  /** All images at once. */
  async share(id) {
    this.#sharer = id;
    this.#sharedAt = performance.now();
    await this.#pages.get(id).page.evaluate((files) => globalThis.share(files), images);
  }

  /** Its process is gone from one moment to the next, of which signalling hears first. */
  async kill(id) {
    const { page, profile } = this.#pages.get(id);
    this.#bytesOfTheDead += (await page.evaluate(() => globalThis.report())).bytesSent;
    const devtools = await profile.newCDPSession(page);
    const crashed = new Promise((resolve) => page.once('crash', resolve));
    // The command is never answered: who should answer it is gone.
    devtools.send('Page.crash').catch(() => {});
    await crashed;
    this.#pages.delete(id);
    this.arrivals = this.arrivals.filter((arrival) => arrival.id !== id);
    this.#carry(id, { type: 'leave', senderId: id });
    await profile.close();
    this.#stir();
  }

  /** Of the pages that live: images that arrived, and those that should. */
  get pairs() {
    return { complete: this.arrivals.length, wanted: (this.#pages.size - 1) * images.length };
  }

  get isComplete() {
    return this.pairs.complete === this.pairs.wanted;
  }

  /** Complete, and no page has anything left to pull: what is asked for twice counts, also when it comes too late to matter. */
  async isAtRest() {
    if (!this.isComplete) return false;
    for (const { page } of this.#pages.values()) {
      if (!(await page.evaluate(() => globalThis.report())).isIdle) return false;
    }
    return true;
  }

  /** True when it holds, which is looked at after each event; false when the time is over before. */
  until(condition) {
    const left = mostMilliseconds - (performance.now() - this.#sharedAt);
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(false), left);
      const look = async () => {
        if (await condition(this)) finish(true);
      };
      const finish = (holds) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(holds);
      };
      this.#waiting.add(look);
      void look();
    });
  }

  /** Milliseconds until the last arrival, and sums over all pages. */
  async report() {
    const sum = { ...this.pairs, errors: 0, duplicates: 0, bytesSent: this.#bytesOfTheDead, faults: [] };
    for (const { page } of this.#pages.values()) {
      const { errors, duplicates, bytesSent, faults } = await page.evaluate(() => globalThis.report());
      sum.errors += errors;
      sum.duplicates += duplicates;
      sum.bytesSent += bytesSent;
      sum.faults.push(...faults);
    }
    const needed = (this.#pages.size - 1) * bytesOfImages;
    return { ...sum, sentToNeeded: sum.bytesSent / needed, lasted: this.arrivals.at(-1)?.at ?? 0 };
  }

  #carry(from, signal) {
    for (const [id, { page }] of this.#pages) {
      if (id === from || (signal.targetId !== undefined && signal.targetId !== id)) continue;
      // A page that is gone hears nothing.
      page.evaluate((heard) => globalThis.handleSignal(heard), signal).catch(() => {});
    }
  }

  #store(id, hash) {
    if (id === this.#sharer || !this.#pages.has(id)) return;
    this.arrivals.push({ id, hash, at: performance.now() - this.#sharedAt });
    this.#stir();
  }

  #stir() {
    for (const look of [...this.#waiting]) void look();
  }
}
