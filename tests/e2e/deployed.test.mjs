// What is deployed, as it is deployed: one folder without packages, run by Node alone, behind nginx with TLS and a path.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { bundleDemoServer } from '../../tools/build/demo-server.mjs';
import { buildPageIfStale } from '../../web-demo/server/build-page.mjs';
import { launchBrowser } from '../support/chromium.mjs';
import { pathFile } from '../support/deploy-files.mjs';
import { startNginx, succeeds } from '../support/nginx.mjs';
import { assertSameBytes, connectedPeers, openPage, saved, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

let folder;
let deployed;

before(async () => {
  await buildPageIfStale();
  folder = await mkdtemp(path.join(tmpdir(), 'demo-deployed-'));
  await bundleDemoServer(path.join(folder, 'made'));
  // No package is above it, and where it was made is gone.
  deployed = path.join(folder, 'deployed');
  cpSync(path.join(folder, 'made'), deployed, { recursive: true });
  await rm(path.join(folder, 'made'), { recursive: true });
});

after(() => rm(folder, { recursive: true }));

/** Starts it with nothing in its environment but this, and reads its lines. */
async function start(t, env = {}) {
  const child = spawn(process.execPath, ['main.mjs'], {
    cwd: deployed,
    env: { HOST: '127.0.0.1', PORT: '0', LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = [];
  const listening = new Promise((resolve, reject) => {
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop();
      for (const part of parts) lines.push(JSON.parse(part));
      const line = lines.find(({ event }) => event === 'listening');
      if (line) resolve(line);
    });
    child.on('exit', () => reject(new Error(`it ended: ${JSON.stringify(lines)}`)));
  });
  const { url } = await listening;
  return { child, lines, url, port: Number(new URL(url).port) };
}

test('the folder alone starts, serves the page, is well, and stops on SIGTERM', async (t) => {
  const { child, lines, url } = await start(t);
  const page = await fetch(url);
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.match(text, /<title>peer-session<\/title>/);
  const [script] = /assets\/[^"]+\.js/.exec(text);
  assert.equal((await fetch(url + script)).headers.get('content-type'), 'text/javascript');
  const health = await fetch(`${url}healthz`);
  assert.equal(health.status, 200);
  assert.equal((await health.json()).status, 'ok');

  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['listening', 'stopping', 'stopped'],
  );
});

test('it has what it needs for a bus, and goes on without one', { timeout: 60_000 }, async (t) => {
  const { url, lines } = await start(t, { SIGNALLING_BUS: 'nats://127.0.0.1:1' });
  const health = await fetch(`${url}healthz`);
  assert.equal(health.status, 200);
  assert.equal((await health.json()).status, 'degraded');
  while (!lines.some(({ event }) => /NATS cannot be reached/.test(event))) await fetch(`${url}healthz`);
});

test('a port that is in use ends it: another one is not where the proxy looks', async (t) => {
  const { port } = await start(t);
  const second = spawn(process.execPath, ['main.mjs'], {
    cwd: deployed,
    env: { HOST: '127.0.0.1', PORT: String(port), SIGNALLING_BUS: 'nats://127.0.0.1:1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  second.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(second, 'close');
  assert.equal(code, 1);
  assert.match(said, /EADDRINUSE/);
});

for (const [name, isPassedOn] of [
  ['cuts off', false],
  ['passes on', true],
]) {
  test(`two pages exchange a file through nginx, with TLS, below a path that it ${name}`, async (t) => {
    const { port, lines } = await start(t, { TRUST_PROXY: '1', ...(isPassedOn ? { BASE_PATH: '/files/' } : {}) });
    await certificate();
    const nginx = await startNginx(t, (nginxPort, nginxFolder) =>
      pathFile(nginxPort, nginxFolder, port, {
        listen: `ssl; ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem`,
        more: isPassedOn ? [[`:${port}/;`, `:${port};`]] : [],
      }),
    );
    const browser = await launchBrowser([
      // What the site is called, and that its certificate is good.
      '--host-resolver-rules=MAP files.example.org 127.0.0.1',
      '--ignore-certificate-errors',
    ]);
    t.after(() => browser.close());

    const requests = [];
    const url = `https://files.example.org:${nginx.port}/files/`;
    const pages = [];
    for (let i = 0; i < 2; i += 1) {
      const page = await openPage(t, browser, `${url}#room=a-secret`, {
        ignoreHTTPSErrors: true,
        serviceWorkers: 'allow',
      });
      page.on('response', (response) => requests.push([response.url(), response.status()]));
      await page.reload();
      pages.push(page);
    }
    await Promise.all(pages.map((page) => connectedPeers(page, 1)));

    const [left, right] = pages;
    const file = picture(1, 300 * 1024);
    await right.getByTestId('auto-accept').check();
    await share(left, file);
    await shown(right, 'received', 1);
    assertSameBytes(await saved(right, file.name), file.buffer, file.name);

    await left.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
    const scope = await left.evaluate(async () => (await navigator.serviceWorker.getRegistration()).scope);
    assert.equal(scope, url, 'what works offline is this path and no other');
    assert.ok(requests.length >= 6, 'the page and what it loads');
    for (const [address, status] of requests) {
      if (address.startsWith('blob:')) continue;
      assert.ok(address.startsWith(url), address);
      assert.ok(status < 400, `${address}: ${status}`);
    }
    assert.doesNotMatch(JSON.stringify(lines), /secret/);
  });
}

/** For a name that nobody has. */
function certificate() {
  const files = ['-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`];
  const about = ['-days', '2', '-subj', '/CN=files.example.org', '-addext', 'subjectAltName=DNS:files.example.org'];
  return succeeds('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...about]);
}
