// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { PeerSessionError } from 'peer-session';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const tables = page.split('\n').filter((line) => /^\| `/.test(line));
const setAside = page.slice(page.indexOf('## What a peer sent'));
const codes = [...tables.map((line) => line.split('|')[1] ?? ''), setAside.split('are reports only')[0] ?? ''].flatMap(
  (text) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? ''),
);

// What a sentence that tells somebody what to do begins with.
const step =
  /(?:^|[.;] )(?:Await|Ask|ask|Call|Check|Choose|choose|Close|In Node|Let|Offer|please report|Pull|Raise|Return|See|Shorten|Start|Try|Wait|nothing needs)\b/;

test('every documented error says in its message what to do next', () => {
  assert.ok(new Set(codes).size > 30, 'the page lists them all');
  for (const code of new Set(codes)) {
    const { message } = new PeerSessionError(/** @type {any} */ (code));
    assert.ok(message, `${code} has a message`);
    assert.match(message, step, code);
    assert.match(message, /^[A-Z].*\.$/, code);
  }
});
