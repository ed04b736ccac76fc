// What every test here needs: a browser, pages with the built package, and sessions whose signals pass the test's hands.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPage } from '../e2e/browser.mjs';
import { launchBrowser, launchBrowserWithData } from '../support/chromium.mjs';
import { Unsignalled } from '../support/unsignalled.mjs';
import { serveBuiltPackage } from './static-server.mjs';

export { seededRandom } from '../support/seeded-random.mjs';

/** PEER_SESSION_ROUNDS=4 tries the random ones four times as often, and sends four times as much. */
export const rounds = Math.max(1, Number(process.env.PEER_SESSION_ROUNDS ?? 1) || 1);

/** For a test that waits for what never comes; each takes a few seconds. */
export const limit = { timeout: Number(process.env.PEER_SESSION_TEST_LIMIT ?? 90_000) * rounds };

/** Printed by each test that draws from it, so that a run can be repeated. */
export const seed = Number(process.env.PEER_SESSION_SEED ?? Date.now() % 1_000_000);

/**
 * A server and a browser for all tests of a file. `page` is another one than that of the main entry.
 *
 * @param {{before: Function, after: Function, page?: string}} given
 */
export function bench({ before, after, page }) {
  const context = /** @type {{url: string, browser: import('playwright-core').Browser}} */ ({});
  let server;
  before(async () => {
    server = await serveBuiltPackage(page);
    context.url = server.url;
    context.browser = await launchBrowser();
  });
  after(async () => {
    await context.browser?.close();
    await server?.close();
  });
  return context;
}

/** A page in a profile, and so in a process, of its own. */
export async function openTestPage(t, context, browser = context.browser) {
  return ready(await openPage(t, browser, context.url));
}

export async function ready(page) {
  const carriers = new Map();
  const descriptionCarriers = new Map();
  const servers = new Map();
  await page.exposeFunction('relaySignal', (name, signal) => carriers.get(name)?.(signal));
  await page.exposeFunction('carryDescription', (name, description) => descriptionCarriers.get(name)?.(description));
  await page.exposeFunction('askForServers', (name) => servers.get(name)?.());
  // The page was loaded before it had the function; no session existed then.
  await page.waitForFunction(() => window.isReady);
  return Object.assign(page, { carriers, descriptionCarriers, servers });
}

/** What kills the browsers whose data are in that folder. */
const kills = new Map();

/** A folder for the data of browsers; they and it are gone after the test. */
export function dataFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-data-'));
  kills.set(folder, []);
  t.after(async () => {
    for (const kill of kills.get(folder)) await kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** A page of a browser of its own with these data, how to kill that with all its processes, and the number of the first of them. */
export async function openWithData(t, url, folder = dataFolder(t)) {
  const { browser, kill, pid } = await launchBrowserWithData(folder);
  kills.get(folder).push(kill);
  const page = await browser.contexts()[0].newPage();
  await page.goto(url);
  return { page: await ready(page), kill, pid };
}

/**
 * Two parties, one in each page, on one connection. `carry.left` and `carry.right` see each signal of that side on its way
 * and return what is delivered, one or several, at once or by a promise; undefined is lost. With `carriesLanes` the descriptions
 * of lanes, which are no signals, are carried by them, too. `servers.left` and `servers.right` are asked for ICE servers.
 */
export async function joinPages(
  [left, right],
  { name = 'main', options = {}, carry = {}, carriesLanes = false, servers = {}, ...given } = {},
) {
  const sides = { left: { page: left, other: right }, right: { page: right, other: left } };
  const unsignalled = new Unsignalled();
  for (const [side, { page, other }] of Object.entries(sides)) {
    const otherSide = side === 'left' ? 'right' : 'left';
    if (carriesLanes) {
      page.descriptionCarriers.set(`${name}-${side}`, (description) =>
        unsignalled.carry(description, carry[otherSide] ?? ((signal) => signal)),
      );
    }
    page.carriers.set(`${name}-${side}`, async (signal) => {
      unsignalled.note(signal);
      const delivered = carry[side] ? await carry[side](signal) : signal;
      const target = `${name}-${otherSide}`;
      // A page that is gone hears nothing; that is what some tests are about.
      for (const each of [delivered ?? []].flat()) {
        other.evaluate(([to, what]) => globalThis.handleSignal(to, what), [target, each]).catch(() => {});
      }
    });
    if (servers[side]) page.servers.set(`${name}-${side}`, servers[side]);
    await page.evaluate((description) => globalThis.makeParty(description), {
      name: `${name}-${side}`,
      myId: side === 'left' ? 'a-left' : 'b-right',
      peerId: side === 'left' ? 'b-right' : 'a-left',
      options,
      carriesLanes,
      asksForServers: side in servers,
      ...given[side],
    });
  }
  const pair = {
    left: new Side(left, `${name}-left`),
    right: new Side(right, `${name}-right`),
    connect: async () => {
      await Promise.all([pair.left.start(), pair.right.start()]);
      await Promise.all([pair.left, pair.right].map((side) => side.until((party) => party.connected)));
    },
  };
  return pair;
}

/** One party, seen from the test script. */
export class Side {
  constructor(page, name) {
    this.page = page;
    this.name = name;
  }

  start() {
    return this.#run((party) => party.session.start());
  }

  /** The two sides have different files of one description: what a page has offered itself it does not fetch. */
  share(files) {
    const own = this.name.endsWith('right') ? files.map((file) => ({ ...file, seed: file.seed + 1000 })) : files;
    return this.#run((party, given) => party.share(given), own);
  }

  pullAll() {
    return this.#run((party) => party.pullAll());
  }

  close() {
    return this.#run((party) => party.session.close());
  }

  report() {
    return this.#run((party) => party.report());
  }

  /** `condition(party, given)` runs in the page, after each event. */
  until(condition, given) {
    return this.page.evaluate(
      ([name, source, value]) => {
        const holds = new Function(`return (${source})`)();
        return globalThis.parties.get(name).until((party) => holds(party, value));
      },
      [this.name, condition.toString(), given],
    );
  }

  untilOffered(count) {
    return this.until((party, expected) => party.offers.size >= expected, count);
  }

  untilSettled() {
    return this.until((party) => party.isSettled);
  }

  untilClosed() {
    return this.until((party) => party.closed);
  }

  #run(action, given) {
    return this.page.evaluate(
      ([name, source, value]) => new Function(`return (${source})`)()(globalThis.parties.get(name), value),
      [this.name, action.toString(), given],
    );
  }
}

/** Every id that was pulled has ended, and only once; every byte that arrived was the right one. Returns the ends. */
export function assertExactlyOnce({ ends, sent, faults }, who) {
  assert.deepEqual(faults, [], who);
  for (const each of ends) assert.equal(each.length, 1, `${who}: a pulled id ended ${each.length} times (${each})`);
  for (const each of sent) assert.ok(each.length <= 1, `${who}: an offer ended ${each.length} times (${each})`);
  return ends.flat();
}

export function countOf(values) {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return Object.entries(counts)
    .map(([value, count]) => `${count} ${value}`)
    .join(', ');
}
