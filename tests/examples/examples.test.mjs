// Every program in examples/ is compiled against the packed tarball and run to its end; what it prints is its proof.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { ConsumerProject, repository } from '../consumer/project.mjs';
import { launchBrowser } from '../support/chromium.mjs';

// The sessions' default servers, which no test may talk to; peers on one machine connect without.
const offline = '--host-resolver-rules=MAP *.google.com ~NOTFOUND';

// A line that does not come fails its test with those that did.
const patienceMs = 30_000;

const folder = join(repository, 'examples');
// Those with a library of others are in libraries.test.mjs.
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.startsWith('with-'));
const parts = ['sha256.ts', 'data-channels.ts'];
// That one meets its peers at the guide's address: guide-to-the-letter.test.mjs.
const tested = new Set([...parts, 'demo-room.ts']);

const project = new ConsumerProject();
after(() => project.remove());

let server;
let browser;
before(async () => {
  for (const file of files) project.write(file, readFileSync(join(folder, file), 'utf8'));
  const root = join(project.folder, 'site');
  mkdirSync(root);
  await build({
    absWorkingDir: project.folder,
    entryPoints: files.filter((file) => !parts.includes(file)),
    outdir: root,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  // What bundlers that know `new URL(…, import.meta.url)` do by themselves.
  for (const file of ['engine.wasm', 'worker-thread.js']) {
    writeFileSync(join(root, file), readFileSync(join(project.folder, 'node_modules/peer-session/dist', file)));
  }
  // Of turn.ts: what an application's server says.
  writeFileSync(join(root, 'ice-servers.json'), JSON.stringify({ iceServers: [], lifetime: 3600 }));
  // Browsers ask for it, and would print that it is missing.
  writeFileSync(join(root, 'favicon.ico'), '');
  for (const name of files.map((file) => basename(file, '.ts'))) {
    writeFileSync(join(root, `${name}.html`), `<!doctype html><script type="module" src="${name}.js"></script>`);
  }
  // The demo's server, for the policy that the demo's page has.
  server = await startServer({ port: 0, host: '127.0.0.1', root });
  browser = await launchBrowser([offline]);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens an example in a tab; resolves with the page and with what waits for lines of its console. */
async function open(name, context) {
  tested.add(`${name}.ts`);
  const page = await context.newPage();
  const lines = [];
  let heard = () => {};
  page.on('console', (message) => heard(lines.push(message.text())));
  page.on('pageerror', (error) => heard(lines.push(`threw: ${error}`)));
  await page.goto(`${server.url}${name}.html`);
  const printed = (count) =>
    new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(lines), patienceMs);
      heard = () => {
        if (lines.length < count) return;
        clearTimeout(giveUp);
        resolve(lines.slice(0, count));
      };
      heard();
    });
  return { page, printed };
}

async function inOneTab(t, name, count) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const { page, printed } = await open(name, context);
  return { page, lines: count ? await printed(count) : [], printed };
}

test('the examples compile against the package with the strictest settings', () => {
  project.typeCheck({ 'all.ts': files.map((file) => `import './${basename(file, '.ts')}';`).join('\n') });
});

test('first-transfer: a file crosses from one session to the other', async (t) => {
  const { lines } = await inOneTab(t, 'first-transfer', 1);
  assert.deepEqual(lines, ['bob has cat.png from alice: 20 bytes']);
});

test('transfers: a file is delivered, and its sender knows', async (t) => {
  const { lines } = await inOneTab(t, 'transfers', 2);
  assert.deepEqual(lines, ['bob has cat.png: 20 bytes', 'and alice knows']);
});

test('offers-and-pulls: one is declined, one paused, and one given up', async (t) => {
  const { lines } = await inOneTab(t, 'offers-and-pulls', 5);
  assert.deepEqual(lines, [
    'diary.txt: aborted-by-peer, declined, not for my eyes',
    'now',
    'video.webm: 50000000 bytes',
    'rejected: withdrawn',
    'rejected: aborted-by-peer',
  ]);
});

test('turn: the servers are asked for once, as long as they are good', async (t) => {
  const { lines } = await inOneTab(t, 'turn', 2);
  assert.deepEqual(lines, ['asked, for 3600 seconds', 'bob has cat.png: 20 bytes']);
});

test("two-tabs: two tabs find each other, and each gets the other's file", async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const first = await open('two-tabs', context);
  const second = await open('two-tabs', context);
  for (const { printed } of [first, second]) {
    assert.match((await printed(1))[0], /^received hello\.png: \d+ bytes$/);
  }
});

test('gallery: nothing comes unasked; a click pulls one picture and shows it', async (t) => {
  const { page } = await inOneTab(t, 'gallery', 0);
  await page.waitForFunction(() => document.querySelectorAll('button').length === 3);
  assert.equal(await page.locator('img').count(), 0);
  await page.locator('button', { hasText: 'orange.png' }).click();
  await page.waitForFunction(() => document.querySelector('img')?.naturalWidth === 400);
  assert.equal(await page.locator('img').getAttribute('alt'), 'orange.png');
  assert.equal(await page.locator('button').count(), 2);
  assert.equal(await page.locator('progress').count(), 0);
});

test('cancel-and-errors: each file ends once, with its reason', async (t) => {
  const { lines } = await inOneTab(t, 'cancel-and-errors', 5);
  assert.deepEqual(lines, [
    'not offered: too-large',
    'good.png arrived',
    'forged.png: hash-mismatch, that copy is not to be trusted',
    'unwanted.png: closed, start a new session and pull its new offer',
    'bob has left',
  ]);
});

test('large-files: a chosen file goes to the disk, through a reload in its middle', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const chosen = join(folder, 'large.bin');
  writeFileSync(chosen, Buffer.alloc(100_000_000, 'large'));
  const { page, printed } = await inOneTab(t, 'large-files', 0);
  const choose = () => page.locator('input:enabled').setInputFiles(chosen);
  await choose();
  await page.waitForFunction(() => parseInt(document.title) >= 35);
  await page.reload();
  await choose();
  const [before, after] = await printed(2);
  const [, stored] = /^(\d+) of 100000000 bytes are here from before$/.exec(before) ?? [];
  assert.ok(Number(stored) > 8 * 1024 * 1024 && Number(stored) < 100_000_000, before);
  assert.equal(after, 'large.bin is on the disk: 100000000 bytes');
  assert.equal(await page.locator('a').getAttribute('download'), 'large.bin');
});

test('signed: a proven name arrives, a claimed one does not', async (t) => {
  const { lines } = await inOneTab(t, 'signed', 2);
  assert.deepEqual(lines, ['own.png is from alice', 'claimed.png is from undefined']);
});

test('lazy: a session once the engine is loaded', async (t) => {
  const { lines } = await inOneTab(t, 'lazy', 1);
  assert.deepEqual(lines, ['a session for bob, connected: false']);
});

test('worker: a file crosses, in a Worker', async (t) => {
  const { page, lines } = await inOneTab(t, 'worker', 1);
  assert.deepEqual(lines, ['bob has cat.png from alice: 20 bytes']);
  assert.equal(page.workers().length, 1);
});

test('own-channel: a file crosses over a channel of the page', async (t) => {
  const { lines } = await inOneTab(t, 'own-channel', 1);
  assert.deepEqual(lines, ['bob has cat.png from alice: 20 bytes']);
});

test('own-connection: beside a chat, from the start, later, and over the next connection', async (t) => {
  const { lines } = await inOneTab(t, 'own-connection', 4);
  assert.deepEqual(lines.sort(), [
    'bob has first.txt: 14 bytes',
    'bob has second.txt: 5 bytes',
    'bob has third.txt: 24 bytes',
    'the chat says hello',
  ]);
});

test('headless: two sessions in Node, over channels in memory', () => {
  tested.add('headless.ts');
  const printed = execFileSync(process.execPath, [join(project.folder, 'site', 'headless.js')], { encoding: 'utf8' });
  assert.equal(printed, 'image.png from alice: 3145728 bytes, pinned: true\nboth are closed\n');
});

test('no example is left out', () => {
  assert.deepEqual(
    files.filter((file) => !tested.has(file)),
    [],
  );
});
