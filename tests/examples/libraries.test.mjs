// The examples beside libraries: each moves a file with the real one, over loopback and servers of this test's, and the library's own
// traffic goes on.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { ConsumerProject, repository, resolveInRepository } from '../consumer/project.mjs';
import { launchBrowser } from '../support/chromium.mjs';
import { freePort } from '../support/free-port.mjs';
import { serveFolders } from '../support/static-server.mjs';
import { startRelay } from './support/nostr-relay.mjs';

// No server but those of this test: each library has public ones.
const offline = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const patienceMs = 60_000;

const folder = join(repository, 'examples');
const examples = readdirSync(folder).filter((name) => /^with-.*\.ts$/.test(name));

// Inside the repository, for the libraries are found from there.
const project = new ConsumerProject(join(repository, 'build', 'consumers'));
after(() => project.remove());

// As the guide says: its main file needs parts of Node, which bundlers no longer bring along.
const simplePeerForBrowsers = {
  name: 'simple-peer',
  setup: (build) =>
    build.onResolve({ filter: /^simple-peer$/ }, () => ({
      path: resolveInRepository('simple-peer/simplepeer.min.js'),
    })),
};

let site;
let browser;
before(async () => {
  for (const file of examples) project.write(file, readFileSync(join(folder, file), 'utf8'));
  const root = join(project.folder, 'site');
  mkdirSync(root);
  await build({
    absWorkingDir: project.folder,
    entryPoints: examples,
    outdir: root,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    plugins: [simplePeerForBrowsers],
    logLevel: 'silent',
  });
  for (const name of examples.map((file) => basename(file, '.ts'))) {
    writeFileSync(join(root, `${name}.html`), `<!doctype html><script type="module" src="${name}.js"></script>`);
  }
  writeFileSync(join(root, 'favicon.ico'), '');
  site = await serveFolders({ '/': root });
  browser = await launchBrowser([offline]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** In a profile of its own, whose connections the test can end. Resolves with the page, and what waits for a line of its console. */
async function open(t, name, query = '') {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.addInitScript(() => {
    const connections = (globalThis.connections = []);
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...given) {
        super(...given);
        connections.push(this);
      }
    };
  });
  const lines = [];
  let heard = () => {};
  page.on('console', (message) => heard(lines.push(message.text())));
  page.on('pageerror', (error) => heard(lines.push(`threw: ${error}`)));
  await page.goto(`${site.origin}/${name}.html${query}`);
  /** @param {(string | RegExp)[]} expected Lines that come, in whatever order. */
  const prints = async (...expected) => {
    const fits = (line, each) => (typeof each === 'string' ? line === each : each.test(line));
    const missing = () => expected.filter((each) => !lines.some((line) => fits(line, each)));
    await new Promise((resolve) => {
      const giveUp = setTimeout(resolve, patienceMs);
      heard = () => {
        if (missing().length > 0) return;
        clearTimeout(giveUp);
        resolve();
      };
      heard();
    });
    assert.deepEqual(missing(), [], `printed:\n${lines.join('\n')}`);
  };
  return { page, lines, prints };
}

const untilMiddle = (page) => page.waitForFunction(() => parseInt(document.title) >= 5, null, { polling: 5 });

/** Ends every connection of that page that is up, in the middle of a file. */
async function cutInTheMiddle(page) {
  await untilMiddle(page);
  const done = await page.evaluate(() => {
    const percent = parseInt(document.title);
    for (const each of globalThis.connections) if (each.connectionState === 'connected') each.close();
    return percent;
  });
  assert.ok(done < 100, `it was at ${done} % already`);
}

test('they compile against the package and the types of the libraries', () => {
  const sources = Object.fromEntries(examples.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  // The strictest settings, but for the declarations of others: theirs need what these settings do not have.
  project.typeCheck(sources, 'bundler', 'typescript', { skipLibCheck: true });
});

test('simple-peer: its data and a file, which goes on over the next peers', async (t) => {
  const { prints } = await open(t, 'with-simple-peer');
  await prints('simple-peer says hello', 'bob has large.bin: 50000000 bytes', 'and alice knows');
});

test('PeerJS: a message, and a file over a connection of its own, which goes on over the next one', async (t) => {
  const program = join(dirname(resolveInRepository('peer')), 'bin/peerjs.js');
  const port = await freePort();
  await startProgram(t, program, ['--port', String(port), '--host', '127.0.0.1']);
  const { page, prints } = await open(t, 'with-peerjs', `?port=${port}`);
  await cutInTheMiddle(page);
  await prints('PeerJS says hello', 'bob has large.bin: 50000000 bytes', 'and alice knows');
});

test("Trystero: a room's action, and a file each way, which goes on when the peer is back", async (t) => {
  const relay = await startRelay();
  t.after(() => relay.close());
  const first = await open(t, 'with-trystero', `?relay=${relay.url}`);
  const second = await open(t, 'with-trystero', `?relay=${relay.url}`);
  await cutInTheMiddle(first.page);
  for (const { prints } of [first, second]) await prints('Trystero says hello', 'large.bin is here: 30000000 bytes');
});

/** Two pages that meet in a document. */
async function openTwoWithDocument(t) {
  const signaling = await startSignaling(t);
  const first = await open(t, 'with-y-webrtc', `?signaling=${signaling}`);
  const second = await open(t, 'with-y-webrtc', `?signaling=${signaling}`);
  return [first, second];
}

test('y-webrtc: a document in step, and a file each way', async (t) => {
  for (const { prints } of await openTwoWithDocument(t)) {
    await prints('y-webrtc says hello', 'large.bin is here: 30000000 bytes');
  }
});

// Where both sides were to connect again at once, y-webrtc often would not, with this package or without: the guide says so.
test('y-webrtc: the document and the files go on when one page is back', async (t) => {
  const [first, second] = await openTwoWithDocument(t);
  await untilMiddle(first.page);
  await first.page.evaluate(() => dispatchEvent(new Event('offline')));
  await second.page.waitForFunction(() => globalThis.connections.every((each) => each.connectionState === 'closed'));
  await first.page.evaluate(() => dispatchEvent(new Event('online')));
  for (const { prints } of [first, second]) {
    await prints('y-webrtc says hello', 'large.bin is here: 30000000 bytes');
  }
});

/** The server that y-webrtc comes with. */
async function startSignaling(t) {
  const port = await freePort();
  const program = join(dirname(resolveInRepository('y-webrtc')), '../bin/server.js');
  await startProgram(t, program, [], { PORT: String(port) });
  return `ws://127.0.0.1:${port}`;
}

/** A server in a process of its own, since theirs cannot be stopped otherwise. Each says where it listens. */
async function startProgram(t, program, args, environment = {}) {
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'inherit', 'ipc']);
  const child = fork(program, args, { env: { ...process.env, ...environment }, stdio });
  t.after(() => child.kill());
  await once(child.stdout, 'data');
}
