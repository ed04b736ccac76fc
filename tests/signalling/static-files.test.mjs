import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
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
  await writeFile(path.join(root, 'module.wasm'), '');
  await symlink(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
  server = await startServer({ port: 0, root });
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** fetch() would tidy up a path with dots before sending it. */
function get(rawPath, method = 'GET') {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: 'localhost', port: server.port, path: rawPath, method }, (response) => {
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

test('each kind of file has its MIME type', async () => {
  assert.equal((await get('/')).headers['content-type'], 'text/html; charset=utf-8');
  assert.equal((await get('/assets/app-1234.js')).headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal((await get('/module.wasm')).headers['content-type'], 'application/wasm');
});

test('only names with a content hash are cached for good', async () => {
  assert.match((await get('/assets/app-1234.js')).headers['cache-control'], /immutable/);
  assert.equal((await get('/')).headers['cache-control'], 'no-cache');
});

for (const rawPath of [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/link.txt',
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
