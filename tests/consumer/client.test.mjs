// The promise of the package: a client written to the class it replaces takes it with one changed import.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { build, preview } from 'vite';
import { picture } from '../e2e/pictures.mjs';
import { launchBrowser } from '../support/chromium.mjs';
import { ConsumerProject } from './project.mjs';

const oldImport = "import { PeerSession } from './old/PeerSession';";
const newImport = "import { PeerSession } from 'peer-session';";

const project = new ConsumerProject();
after(() => project.remove());

let server;
let browser;
before(async () => {
  cpSync(fileURLToPath(new URL('client/', import.meta.url)), project.folder, {
    recursive: true,
    // It has a TypeScript project of its own there, and the old class stays behind.
    filter: (path) => !/tsconfig\.json$|[\\/]old([\\/]|$)/.test(path),
  });
  const path = join(project.folder, 'src/mesh.ts');
  const source = readFileSync(path, 'utf8');
  assert.equal(source.split(oldImport).length, 2, 'the class is imported in one line');
  writeFileSync(path, source.replace(oldImport, newImport));

  const config = {
    configFile: /** @type {const} */ (false),
    root: project.folder,
    logLevel: /** @type {const} */ ('silent'),
  };
  await build(config);
  server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test('the client compiles against the package as it did against the old class', () => {
  project.typeCheck({
    'check.ts': `import { Mesh } from './src/mesh'; new Mesh('id', { send: () => {}, join: () => {} }, () => {}).leave();`,
  });
});

test('two tabs of the client exchange images both ways, byte by byte', async () => {
  const { address, port } = server.httpServer.address();
  const tabs = await browser.newContext();
  const complaints = [];
  const open = async (id) => {
    const page = await tabs.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`http://${address}:${port}/?id=${id}`);
    await page.waitForFunction(() => 'gallery' in globalThis);
    return page;
  };
  const shared = {
    anna: [1, 20, 300_000, 5_000_000].map((size, index) => picture(index, size, `anna-${index}.png`)),
    bert: [1_000, 64_000, 2_000_000].map((size, index) => picture(index + 10, size, `bert-${index}.png`)),
  };

  const anna = await open('anna');
  // The first two before anyone is there: they come by inventory and request; the others are offered as they are shared.
  await share(anna, shared.anna.slice(0, 2));
  const beforeAnyone = shared.anna.slice(0, 2).map(({ name }) => name);
  const bert = await open('bert');
  await share(anna, shared.anna.slice(2));
  await share(bert, shared.bert);

  const expected = Object.values(shared).flat();
  for (const page of [anna, bert]) {
    await page.waitForFunction((count) => globalThis['gallery'].mesh.images.size >= count, expected.length);
  }
  for (const page of [anna, bert]) {
    const { images, arrivals, dropped, failed, sessions } = await contentOf(page);
    assert.deepEqual(failed, []);
    assert.deepEqual(dropped, [], 'every signal is one that the client knows');
    assert.deepEqual(Object.keys(images).sort(), expected.map(({ name }) => name).sort());
    for (const { name, buffer } of expected) {
      const { base64, type, hash } = images[name];
      assert.ok(Buffer.from(base64, 'base64').equals(buffer), `${name}: every byte`);
      assert.equal(type, 'image/png');
      assert.equal(hash, createHash('sha256').update(buffer).digest('hex'));
      const own = page === (name.startsWith('anna') ? anna : bert);
      const told = arrivals.filter((arrival) => arrival.name === name);
      assert.ok(own || told.length > 0);
      for (const { isPinned, ttl, originalSenderId } of told) {
        assert.deepEqual([ttl, originalSenderId], [3, name.slice(0, 4)]);
        // What was there before anyone else came by being asked for, and so to stay.
        if (beforeAnyone.includes(name)) assert.equal(isPinned, true);
      }
    }
    assert.deepEqual(sessions, [{ isConnected: true, isConnectionFailed: false }]);
  }

  const seen = await anna.evaluate(() => globalThis['gallery'].mesh.peers.get('bert').lastSeen);
  await anna.evaluate(() => globalThis['gallery'].mesh.pingAll());
  await anna.waitForFunction((before) => globalThis['gallery'].mesh.peers.get('bert').lastSeen > before, seen);

  await bert.evaluate(() => globalThis['gallery'].mesh.leave());
  await anna.waitForFunction(() => !globalThis['gallery'].mesh.peers.get('bert').isConnected);
  assert.deepEqual(complaints, []);
});

function share(page, pictures) {
  return page.evaluate(
    async (files) => {
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        await globalThis['gallery'].share(new File([bytes], name, { type: 'image/png' }));
      }
    },
    pictures.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') })),
  );
}

function contentOf(page) {
  return page.evaluate(async () => {
    const { mesh, signalling } = globalThis['gallery'];
    const images = {};
    for (const { blob, name, hash } of mesh.images.values()) {
      const url = await new Promise((resolve) => {
        const reader = new globalThis['FileReader']();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(blob);
      });
      images[name] = {
        base64: url.slice(url.indexOf(',') + 1),
        type: blob.type,
        hash,
      };
    }
    const sessions = [...mesh.peers.values()].map(({ isConnected, isConnectionFailed }) => ({
      isConnected,
      isConnectionFailed,
    }));
    const arrivals = mesh.arrivals.map(({ name, isPinned, ttl, originalSenderId }) => ({
      name,
      isPinned,
      ttl,
      originalSenderId,
    }));
    return { images, arrivals, dropped: signalling.dropped, failed: mesh.failed, sessions };
  });
}
