// Next.js: the page that imports the package is rendered on the server first, and then works in the browser.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { launchBrowser } from '../support/chromium.mjs';
import { assertExchanged, copyApplication, openPage } from './application.mjs';
import { ConsumerProject, repository, resolveInRepository } from './project.mjs';

// Inside the repository, whose Next and React it takes: copying them would take longer than building.
const project = new ConsumerProject(join(repository, 'build', 'consumers'));
copyApplication(project, 'shared');
cpSync(fileURLToPath(new URL('next/', import.meta.url)), project.folder, { recursive: true });

const next = resolveInRepository('next/dist/bin/next');
const options = {
  cwd: project.folder,
  env: {
    ...process.env,
    NODE_ENV: /** @type {const} */ ('production'),
    NEXT_TELEMETRY_DISABLED: '1',
    REPOSITORY: repository,
  },
};

let server;
let url;
let browser;
const serverComplaints = [];
before(async () => {
  execFileSync(process.execPath, [next, 'build'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  server = spawn(process.execPath, [next, 'start', '--port', '0', '--hostname', '127.0.0.1'], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: server.stderr }).on('line', (line) => serverComplaints.push(line));
  url = await addressOf(server);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    const ended = once(server, 'close');
    server.kill();
    await ended;
  }
  project.remove();
});

async function addressOf(process) {
  let address;
  for await (const line of createInterface({ input: process.stdout })) {
    address ??= /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (line.includes('Ready')) return `${address}/`;
  }
  throw new Error(`next start ended: ${serverComplaints.join('\n')}`);
}

for (const page of ['main', 'lazy', 'worker']) {
  test(`Next.js: the page of the ${page} entry is rendered on the server and exchanges files in the browser`, async () => {
    const address = page === 'main' ? url : `${url}${page}`;
    const rendered = await fetch(address);
    assert.equal(rendered.status, 200);
    assert.match(await rendered.text(), new RegExp(`<p>${page}\\.png</p>`));
    assert.match(
      rendered.headers.get('content-security-policy'),
      /script-src 'self' 'nonce-[^']+' 'wasm-unsafe-eval'$/,
    );

    const { outcome, complaints, workers } = await openPage(browser, address);
    assert.deepEqual(complaints, []);
    assertExchanged(outcome);
    assert.equal(workers, page === 'worker' ? 1 : 0);
    assert.deepEqual(serverComplaints, []);
  });
}
