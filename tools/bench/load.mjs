// @ts-check
// Import to ready: from `import('peer-session')` to the first session, in a process or a page that has done nothing else.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchBrowser } from '../../tests/support/chromium.mjs';
import { serveFolders } from '../../tests/support/static-server.mjs';
import { packageFolder, repository } from '../setup/paths.mjs';
import { Remedy, runCaptured } from '../setup/process.mjs';
import { median, short } from './statistics.mjs';
import { textTable } from './text-table.mjs';

export const places = {
  node: 'Node',
  page: 'Chromium, a new page',
  fresh: 'Chromium, a new profile',
  cached: 'Chromium, a new page and the script in the cache',
  nothing: 'Chromium, a new page, a module of one line',
};
const thisBuild = 'this build';

/**
 * Milliseconds: until the module is there, until the first session is, and of the processor meanwhile.
 *
 * @typedef {{ imported: number, ready: number, cpu: number }} Load
 */
/** @typedef {{ build: string, place: string, rounds: number } & Load} LoadRow */

/**
 * Each place once a round, in turns with another build where one is given: only then are two figures of one machine.
 *
 * @param {{ quick?: boolean, runs?: string, against?: string, say: (line: string) => void }} given `against`: the `dist` of
 *   another build.
 * @returns {Promise<LoadRow[]>}
 */
export async function measureLoad({ quick = false, runs = quick ? '5' : '21', against, say }) {
  const rounds = Number(runs);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Remedy('--runs is a whole number from 1 on');
  /** @type {Record<string, string>} */
  const builds = { [thisBuild]: packageFolder, ...(against === undefined ? {} : { [against]: resolve(against) }) };
  const browser = await launchBrowser();
  const pages = await mkdtemp(join(tmpdir(), 'peer-session-load-'));
  const folders = Object.fromEntries(Object.values(builds).map((folder, index) => [`/${index}/`, folder]));
  // Kept by the browser, so that a second page has what a page that was opened before has.
  const server = await serveFolders({ ...folders, '/': pages }, { 'cache-control': 'max-age=3600' });
  try {
    await writeFile(join(pages, 'index.html'), '<!doctype html>');
    await writeFile(join(pages, 'nothing.js'), 'export const nothing = 0;');
    /** @type {Map<string, { build: string, place: string, loads: Load[] }>} */
    const measured = new Map();
    const keep = (build, place, load) => {
      const key = `${build}\n${place}`;
      if (!measured.has(key)) measured.set(key, { build, place, loads: [] });
      measured.get(key)?.loads.push(load);
    };
    // The first page of a browser starts what later ones find.
    await inFreshContext(browser, (open) => open(`${server.origin}/nothing.js`));
    inNode(join(packageFolder, 'index.js'));
    for (let round = 0; round < rounds; round += 1) {
      say(`import to ready: round ${round + 1} of ${rounds}`);
      const turns = Object.entries(builds).map((entry, index) => /** @type {const} */ ([index, entry]));
      // Whoever comes first finds another machine than who comes after.
      if (round % 2 === 1) turns.reverse();
      for (const [index, [build, folder]] of turns) {
        keep(build, places.node, inNode(join(folder, 'index.js')));
        await inFreshContext(browser, async (open) => {
          const url = `${server.origin}/${index}/index.js`;
          keep(build, places.fresh, await open(url));
          keep(build, places.page, await open(`${url}?again`));
          keep(build, places.cached, await open(url));
          if (index === 0) keep(build, places.nothing, await open(`${server.origin}/nothing.js`));
        });
      }
    }
    return [...measured.values()].map(({ build, place, loads }) => {
      const middle = (/** @type {keyof Load} */ key) => median(loads.map((load) => load[key]));
      return { build, place, rounds, imported: middle('imported'), ready: middle('ready'), cpu: middle('cpu') };
    });
  } finally {
    await server.close();
    await browser.close();
    await rm(pages, { recursive: true, force: true });
  }
}

/** @param {string} entry @returns {Load} */
function inNode(entry) {
  const script = join(repository, 'tests', 'bench', 'node', 'load.mjs');
  const result = runCaptured(process.execPath, [script, pathToFileURL(entry).href], { cwd: repository });
  if (!result.ok) throw new Error(result.output);
  return JSON.parse(result.stdout);
}

/**
 * A profile of its own, with nothing in its cache.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {(open: (url: string) => Promise<Load>) => Promise<unknown>} work
 */
async function inFreshContext(browser, work) {
  const context = await browser.newContext();
  try {
    await work(async (url) => {
      const page = await context.newPage();
      await page.goto(new URL('/', url).href);
      const tools = await context.newCDPSession(page);
      await tools.send('Performance.enable');
      const before = await threadTime(tools);
      const times = await page.evaluate(firstSession, url);
      const cpu = (await threadTime(tools)) - before;
      await page.close();
      return { ...times, cpu };
    });
  } finally {
    await context.close();
  }
}

/** Milliseconds of the processor that the page's main thread has had. @param {import('playwright-core').CDPSession} tools */
async function threadTime(tools) {
  const { metrics } = await tools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN) * 1000;
}

/** Runs in the page. @param {string} url */
async function firstSession(url) {
  const start = performance.now();
  const { PeerSession } = await import(url);
  const imported = performance.now() - start;
  if (PeerSession) {
    // The browser's own RTCPeerConnection takes tens of milliseconds the first time, whoever makes it.
    const options = { RTCPeerConnection: class extends EventTarget {} };
    const nothing = () => {};
    const policy = { canReceiveFrom: () => true };
    new PeerSession('a', 'b', { createdAt: 0 }, nothing, nothing, nothing, policy, nothing, nothing, 'b', [], options);
  }
  return { imported, ready: performance.now() - start };
}

/** @param {LoadRow[]} rows */
export function loadTable(rows) {
  const head = ['', '', 'imported, ms', 'ready, ms', 'of the processor, ms'];
  return textTable(
    head,
    rows.map(({ build, place, imported, ready, cpu }) => [place, build, short(imported), short(ready), short(cpu)]),
  );
}

/** @param {LoadRow[]} rows @param {string} place */
export function readyIn(rows, place) {
  return rows.find((row) => row.build === thisBuild && row.place === place)?.ready ?? NaN;
}

export const loadHeading = '## Import to ready';

/** For docs/performance.md. @param {LoadRow[]} rows */
export function loadSection(rows) {
  const own = rows.filter(({ build }) => build === thisBuild);
  const lines = own.map(
    ({ place, imported, ready, cpu }) => `| ${place} | ${short(imported)} ms | ${short(ready)} ms | ${short(cpu)} ms |`,
  );
  return `${loadHeading}

From \`import('peer-session')\` to the first session, in a process or a page that has done nothing else: medians of
${own[0].rounds} rounds. \`npm run bench -- --only load\` measures this section alone; with \`--against folder\` it only prints, another
build's \`dist\` in turns with this one.

| | imported | ready | of the processor |
|---|---|---|---|
${lines.join('\n')}
`;
}
