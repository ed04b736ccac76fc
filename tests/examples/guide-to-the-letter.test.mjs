// The first transfer, done as a newcomer would: the files that the guide shows, in Vite, opened where Vite says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { ConsumerProject, repository } from '../consumer/project.mjs';
import { launchBrowser } from '../support/chromium.mjs';

const patienceMs = 30_000;

const guide = readFileSync(join(repository, 'docs/guide/first-transfer.md'), 'utf8');
/** What the guide says about a file up to its code, and the code. */
const fileInGuide = (name) => {
  const [, code] = new RegExp(`^\`${name}\`[^\`]*\`\`\`\\w+\\n([^]*?)^\`\`\`$`, 'm').exec(guide) ?? [];
  assert.ok(code, `the guide shows ${name}`);
  return code;
};

const project = new ConsumerProject();
let vite;
let demo;
let browser;
before(async () => {
  for (const name of ['index.html', 'sha256.ts', 'first-transfer.ts']) project.write(name, fileInGuide(name));
  vite = await createServer({
    configFile: false,
    root: project.folder,
    logLevel: 'silent',
    cacheDir: join(project.folder, 'vite-cache'),
    server: { port: 0 },
  });
  await vite.listen();
  demo = await startServer({ port: 0, host: '127.0.0.1' });
  // The guide's port may be taken on the machine that tests, and the sessions' default servers are not to be talked to.
  const rules = `MAP *.google.com ~NOTFOUND, MAP localhost:8080 127.0.0.1:${demo.port}`;
  browser = await launchBrowser([`--host-resolver-rules=${rules}`]);
});
after(async () => {
  await browser?.close();
  await vite?.close();
  await demo?.close();
  project.remove();
});

/** Opens the page in as many tabs; resolves with the first line that each tab's console has that Vite did not write. */
async function open(tabs) {
  const context = await browser.newContext();
  const printed = [];
  for (let i = 0; i < tabs; i += 1) {
    const page = await context.newPage();
    // Browsers ask for it of their own accord.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    printed.push(
      page
        .waitForEvent('console', { predicate: (message) => !message.text().startsWith('[vite]'), timeout: patienceMs })
        .then((message) => message.text()),
    );
    await page.goto(vite.resolvedUrls.local[0]);
  }
  try {
    return await Promise.all(printed);
  } finally {
    await context.close();
  }
}

/** "Name the file in index.html in place of first-transfer.ts." */
function nameInPage(example) {
  project.write(example, readFileSync(join(repository, 'examples', example), 'utf8'));
  project.write('index.html', fileInGuide('index.html').replace('first-transfer.ts', example));
}

test('section 2: two sessions in one page', async () => {
  const [, expected] = /look at the console:\n\n```\n(.*)\n```/.exec(guide) ?? [];
  assert.deepEqual(await open(1), [expected]);
});

test('section 3: two tabs', async () => {
  nameInPage('two-tabs.ts');
  for (const line of await open(2)) assert.match(line, /^received hello\.png: \d+ bytes$/);
});

test("section 4: through the demo's server, which is another origin than Vite's", async () => {
  assert.match(guide, /examples\/demo-room\.ts/);
  nameInPage('demo-room.ts');
  for (const line of await open(2)) assert.match(line, /^received hello\.png: \d+ bytes$/);
});
