import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../web-demo/server/main.mjs', import.meta.url));

test('the entry serves the page, prints where, and ends on request', async (t) => {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const url = await printedUrl(child);

  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<title>peer-session<\/title>/);

  // As Ctrl+C in a terminal: npm's own process passes it on, too.
  child.kill('SIGINT');
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('a port that is no port is refused in a sentence', async () => {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: 'eighty' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.equal(said, 'PORT must be a number from 0 to 65535, not "eighty".\n');
});

async function printedUrl(child) {
  let text = '';
  for await (const part of child.stdout) {
    text += part;
    const url = /http:\/\/\S+:\d+\//.exec(text)?.[0];
    if (url) return url;
  }
  throw new Error(`no URL in: ${text}`);
}
