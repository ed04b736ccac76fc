// Behind Debian's nginx, with the very files that docs/deploy.md tells an operator to take.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { MemoryHub } from '../../web-demo/server/bus/memory-bus.mjs';
import { pathFile, siteFile } from '../support/deploy-files.mjs';
import { startNginx } from '../support/nginx.mjs';
import { Client, keptLog, offerTo, serverFor, statusOfUpgrade } from './client.mjs';

const PUBLIC = { Host: 'files.example.org', Origin: 'http://files.example.org' };
const HOST_LINE = ['proxy_set_header Host $http_host;', ''];

let root;

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'demo-proxy-'));
  await mkdir(path.join(root, 'assets'));
  await writeFile(path.join(root, 'index.html'), '<!doctype html>');
  await writeFile(path.join(root, 'assets/app.js'), 'export {};'.repeat(100));
});

after(() => rm(root, { recursive: true }));

/** The demo, and nginx before it with this site; `url` is what a visitor has in the address line. */
async function behind(t, site, below, { limits = {}, ...options } = {}) {
  const server = await serverFor(t, limits, { root, host: '127.0.0.1', trustProxy: 1, ...options });
  const nginx = await startNginx(t, (port, folder) => site(port, folder, server.port));
  return { server, ...nginx, url: `http://localhost:${nginx.port}${below}` };
}

async function worksBelow(place, below) {
  const page = await fetch(place.url);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy'), /default-src 'self'/);
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  assert.equal((await fetch(`${place.url}assets/app.js`)).status, 200);
  assert.equal((await (await fetch(`${place.url}healthz`)).json()).status, 'ok');

  const left = await Client.join(place, 'a secret', { origin: new URL(place.url).origin });
  const right = await Client.join(place, 'a secret');
  assert.deepEqual(right.peers, [left.id]);
  await left.next();
  left.send(offerTo(right.id));
  assert.equal((await right.next()).senderId, left.id);
  assert.equal(await statusOfUpgrade(place, `${below}signal?room=room`, PUBLIC), 101, 'the name that visitors know');
  assert.equal(await statusOfUpgrade(place, `${below}signal?room=room`, { Origin: 'http://elsewhere.example' }), 403);
}

test('a site of its own: page, health and signalling come through, and no line has the name of a room', async (t) => {
  const place = await behind(t, siteFile, '/');
  await worksBelow(place, '/');
  const lines = await readFile(path.join(place.folder, 'peer-session-demo.log'), 'utf8');
  assert.match(lines, /"GET \/signal" 403/);
  assert.doesNotMatch(lines, /room|secret/);
});

test('what is text comes compressed', async (t) => {
  const place = await behind(t, siteFile, '/');
  const answer = await fetch(`${place.url}assets/app.js`);
  assert.equal(answer.headers.get('content-encoding'), 'gzip');
  assert.match(answer.headers.get('cache-control'), /immutable/);
});

test('several processes on one bus: a client may be on any of them, and one that ends is not missed', async (t) => {
  const hub = new MemoryHub();
  const servers = [];
  for (let i = 0; i < 3; i += 1) servers.push(await serverFor(t, {}, { root, host: '127.0.0.1', bus: hub.connect() }));
  const docs = await readFile(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const [, upstream, pass] = /`(upstream [^`]+)`[^`]*`server`, and `(proxy_pass [^`]+)`/.exec(docs);
  const nginx = await startNginx(t, (port, folder) => {
    const own = servers.reduce((text, server, i) => text.replace(`:808${i + 1}`, `:${server.port}`), upstream);
    return `${own}\n${siteFile(port, folder, servers[0].port, [[`proxy_pass http://127.0.0.1:${servers[0].port};`, pass]])}`;
  });
  const place = { ...nginx, url: `http://localhost:${nginx.port}/` };

  const clients = [];
  for (let i = 0; i < 3; i += 1) clients.push(await Client.join(place));
  assert.deepEqual(
    servers.map((server) => server.stats().sockets),
    [1, 1, 1],
  );
  assert.deepEqual(new Set(clients[2].peers), new Set([clients[0].id, clients[1].id]));

  await servers[0].close();
  for (let i = 0; i < 4; i += 1) await Client.join(place, 'another room');
  assert.equal(servers[1].stats().sockets + servers[2].stats().sockets, 6);
});

test('a path that nginx cuts off', async (t) => {
  await worksBelow(await behind(t, pathFile, '/files/'), '/files/');
});

test('a path that nginx passes on', async (t) => {
  const passesOn = (port, folder, demo) =>
    pathFile(port, folder, demo, { more: [[`http://127.0.0.1:${demo}/;`, `http://127.0.0.1:${demo};`]] });
  await worksBelow(await behind(t, passesOn, '/files/', { basePath: '/files/' }), '/files/');
});

const withoutHost = (port, folder, demo) => siteFile(port, folder, demo, [HOST_LINE]);

test('without Host the page is refused, and the log says what to set', async (t) => {
  const { lines, log } = keptLog();
  const place = await behind(t, withoutHost, '/', { log });
  assert.equal(await statusOfUpgrade(place, '/signal?room=room', PUBLIC), 403);
  assert.match(lines[0].event, /pass Host on, or set ALLOWED_ORIGINS/);
  assert.equal(lines[0].origin, PUBLIC.Origin);
  assert.match(lines[0].host, /^127\.0\.0\.1:\d+$/);
});

test('without Host, ALLOWED_ORIGINS lets it in', async (t) => {
  const place = await behind(t, withoutHost, '/', { allowedOrigins: [PUBLIC.Origin] });
  assert.equal(await statusOfUpgrade(place, '/signal?room=room', PUBLIC), 101);
  assert.equal(await statusOfUpgrade(place, '/signal?room=room', { Origin: 'http://elsewhere.example' }), 403);
});

test('without Host, X-Forwarded-Host lets it in', async (t) => {
  const site = (port, folder, demo) =>
    siteFile(port, folder, demo, [[HOST_LINE[0], 'proxy_set_header X-Forwarded-Host $http_host;']]);
  const place = await behind(t, site, '/');
  assert.equal(await statusOfUpgrade(place, '/signal?room=room', PUBLIC), 101);
  assert.equal(
    await statusOfUpgrade(place, '/signal?room=room', {
      Origin: 'http://elsewhere.example',
      'X-Forwarded-Host': 'elsewhere.example',
    }),
    403,
    'not what the client says itself',
  );
});

test('clients are counted by the address before the proxies, whatever they claim', async (t) => {
  const place = await behind(t, siteFile, '/', { trustProxy: 2, limits: { maxConnectionsPerAddress: 1 } });
  // nginx adds its own client's address, which here stands for the outer of two proxies.
  await Client.join(place, 'room', { headers: { 'X-Forwarded-For': '192.0.2.1' } });
  const knock = (told) => statusOfUpgrade(place, '/signal?room=room', { 'X-Forwarded-For': told });
  assert.equal(await knock('192.0.2.1'), 429);
  assert.equal(await knock('198.51.100.7, 192.0.2.1'), 429);
  assert.equal(await knock('192.0.2.2'), 101);
});

test('a proxy that cuts what is silent does not cut a client that says nothing', { timeout: 120_000 }, async (t) => {
  const site = (port, folder, demo) =>
    siteFile(port, folder, demo, [['proxy_http_version 1.1;', 'proxy_http_version 1.1; proxy_read_timeout 6s;']]);
  const place = await behind(t, site, '/', { limits: { heartbeatMs: 2_000 } });
  const client = await Client.join(place);
  const until = performance.now() + 8_000;
  while (performance.now() < until) {
    const pinged = once(client.socket, 'ping').then(() => true);
    assert.ok(await Promise.race([pinged, client.closed.then(() => false)]), 'it was cut');
  }
});
