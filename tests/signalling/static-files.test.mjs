import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';

let folder;
let server;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'demo-static-'));
  const root = path.join(folder, 'root');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await writeFile(path.join(root, 'index.html'), '<!doctype html>');
  await writeFile(path.join(root, 'assets/app-1234.js'), 'export {};');
  await writeFile(path.join(root, 'large.wasm'), Buffer.alloc(64 * 1024 * 1024));
  for (const name of [
    'module.wasm',
    'icon.svg',
    'icon.png',
    'icon.ico',
    'sw.js',
    'app.webmanifest',
    'what.exe',
    'gone.js',
  ]) {
    await writeFile(path.join(root, name), 'content');
  }
  await mkdir(path.join(folder, 'other'));
  await writeFile(path.join(folder, 'other/secret.js'), 'secret');
  await symlink(path.join(folder, 'other'), path.join(root, 'linked'));
  await symlink(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
  server = await startServer({ port: 0, root });
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** fetch() would tidy up a path with dots before sending it. */
function get(rawPath, method = 'GET', headers = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: 'localhost', port: server.port, path: rawPath, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

test('the page comes with a strict policy and no inline allowance', async () => {
  const { status, headers, body } = await get('/?loopback');
  assert.equal(status, 200);
  assert.equal(body, '<!doctype html>');
  const policy = headers['content-security-policy'];
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
});

for (const [name, type] of [
  ['', 'text/html;charset=utf-8'],
  ['assets/app-1234.js', 'text/javascript'],
  ['module.wasm', 'application/wasm'],
  ['icon.svg', 'image/svg+xml'],
  ['icon.png', 'image/png'],
  ['icon.ico', 'image/x-icon'],
  ['app.webmanifest', 'application/manifest+json'],
  ['what.exe', 'application/octet-stream'],
]) {
  test(`/${name} comes as ${type}`, async () => {
    assert.equal((await get(`/${name}`)).headers['content-type'], type);
  });
}

test('only names with a content hash are cached for good', async () => {
  assert.match((await get('/assets/app-1234.js')).headers['cache-control'], /immutable/);
  for (const name of ['', 'sw.js', 'app.webmanifest', 'icon.png', 'module.wasm']) {
    assert.equal((await get(`/${name}`)).headers['cache-control'], 'no-cache', name);
  }
});

test('what is cached and has not changed is not sent again', async () => {
  const { etag } = (await get('/sw.js')).headers;
  const again = await get('/sw.js', 'GET', { 'If-None-Match': etag });
  assert.deepEqual([again.status, again.body], [304, '']);
});

test('a part that ends before it begins is no reason to end', async () => {
  const { status, body } = await get('/sw.js', 'GET', { Range: 'bytes=5-2' });
  assert.deepEqual([status, body], [200, 'content']);
});

test('a file that has gone since the start breaks its own answer only', async () => {
  await rm(path.join(folder, 'root/gone.js'));
  await assert.rejects(get('/gone.js'), { code: 'ECONNRESET' });
  assert.equal((await get('/')).status, 200);
});

test('a reader that goes away in the middle leaves no file open', { timeout: 60_000 }, async () => {
  const reader = request({ host: 'localhost', port: server.port, path: '/large.wasm' }).end();
  const [response] = await once(reader, 'response');
  assert.equal(await isOpen('large.wasm'), true);
  response.destroy();
  while (await isOpen('large.wasm')) await get('/');
});

/** Whether this process, which the server is in, has the file open. */
async function isOpen(name) {
  const files = await readdir('/proc/self/fd');
  const targets = await Promise.all(files.map((file) => readlink(`/proc/self/fd/${file}`).catch(() => '')));
  return targets.some((target) => target.endsWith(name));
}

for (const rawPath of [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/link.txt',
  '/linked/secret.js',
  '/linked',
  '/%00',
  '/%',
  '/assets',
  '//localhost/../secret.txt',
]) {
  test(`${rawPath} leads nowhere`, async () => {
    const { status, body } = await get(rawPath);
    assert.equal(status, 404);
    assert.doesNotMatch(body, /secret/);
  });
}

test('only GET and HEAD are answered', async () => {
  assert.equal((await get('/', 'POST')).status, 405);
  const head = await get('/', 'HEAD');
  assert.equal(head.status, 200);
  assert.equal(head.body, '');
});

test('whatever stands for a path is answered, and the server lives on', { timeout: 60_000 }, async () => {
  const targets = [
    '*',
    '//',
    '/?',
    '/??',
    '/#',
    '/%ff',
    '/%c0%ae',
    '/\\',
    '/a//b',
    'http://a/',
    'http:',
    'a',
    `/${'a'.repeat(8000)}`,
  ];
  for (const target of targets) {
    for (const more of [
      '',
      'Range: bytes=-',
      'Range: bytes=9-',
      'If-None-Match: *',
      'X-Forwarded-For: a',
      'Accept-Encoding: br',
    ]) {
      const socket = connect(server.port, 'localhost');
      socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more && `${more}\r\n`}\r\n`);
      socket.setEncoding('latin1');
      let text = '';
      for await (const part of socket) text += part;
      assert.match(text, /^HTTP\/1\.1 (200|304|400|404) /, target);
    }
  }
  assert.equal((await get('/')).status, 200);
});

test('refusals come with the security headers, too', async () => {
  for (const [rawPath, method] of [
    ['/nothing', 'GET'],
    ['/', 'POST'],
    ['/link.txt', 'GET'],
  ]) {
    const { headers } = await get(rawPath, method);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/, rawPath);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', rawPath);
  }
});
