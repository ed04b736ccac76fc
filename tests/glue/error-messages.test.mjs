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

test('the engine has no code that the package and its documentation do not know', () => {
  const engine = readFileSync(new URL('../../wasm/src/error.cc', import.meta.url), 'utf8');
  const own = [...engine.matchAll(/return "([a-z-]+)";/g)].map(([, code]) => code ?? '');
  assert.ok(own.length > 25);
  assert.deepEqual(
    own.filter((code) => !codes.includes(code)),
    [],
  );
});

test('every documented error says in its message what to do next', () => {
  assert.ok(new Set(codes).size > 30, 'the page lists them all');
  for (const code of new Set(codes)) {
    const { message } = new PeerSessionError(/** @type {any} */ (code));
    assert.ok(message, `${code} has a message`);
    assert.match(message, step, code);
    assert.match(message, /^[A-Z].*\.$/, code);
  }
});
