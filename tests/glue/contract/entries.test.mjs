// @ts-check
// What holds between the entries of the package, and between its copies.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { PeerSessionError } from 'peer-session';
import * as lazy from 'peer-session/lazy';
import * as signed from 'peer-session/signed';
import * as worker from 'peer-session/worker';

const dist = dirname(fileURLToPath(import.meta.resolve('peer-session')));
const { version } = JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8'));

/** Another copy of the package, as two dependencies of an application may bring one each. */
async function copyOf(t, change = (/** @type {string} */ source) => source) {
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(dist, 'index.js'), join(folder, 'index.mjs'));
  writeFileSync(join(folder, 'index.mjs'), change(readFileSync(join(folder, 'index.mjs'), 'utf8')));
  return import(pathToFileURL(join(folder, 'index.mjs')).href);
}

/** The error that the copy itself throws. */
function errorOf(copy) {
  try {
    const never = () => {};
    new copy.PeerSession('a', 'b', { createdAt: 1 }, never, never, never, { canReceiveFrom: never });
  } catch (error) {
    return error;
  }
  return undefined;
}

test('PeerSessionError is one class in all entries', () => {
  assert.equal(lazy.PeerSessionError, PeerSessionError);
  assert.equal(signed.PeerSessionError, PeerSessionError);
  assert.equal(worker.PeerSessionError, PeerSessionError);
});

test('and in another copy of the same version', async (t) => {
  const copy = await copyOf(t);
  assert.notEqual(copy.PeerSession, (await import('peer-session')).PeerSession, 'it is a copy');
  assert.equal(copy.PeerSessionError, PeerSessionError);
});

test("another version's errors are its own, and instances of both", async (t) => {
  const copy = await copyOf(t, (source) => source.replaceAll(`peer-session@${version}`, 'peer-session@99.0.0'));
  assert.notEqual(copy.PeerSessionError, PeerSessionError);
  const error = errorOf(copy);
  assert.equal(error.code, 'webrtc-unavailable');
  assert.ok(error instanceof copy.PeerSessionError && error instanceof PeerSessionError && error instanceof Error);
  assert.ok(new PeerSessionError('closed') instanceof copy.PeerSessionError);
});

test('nothing else is an instance, and a class derived from it has its own', () => {
  for (const other of [new Error('closed'), { name: 'PeerSessionError', code: 'closed' }, null, undefined, 'closed']) {
    assert.equal(/** @type {any} */ (other) instanceof PeerSessionError, false);
  }
  class Mine extends PeerSessionError {}
  const mine = new Mine('closed');
  assert.ok(mine instanceof Mine && mine instanceof PeerSessionError);
  assert.equal(new PeerSessionError('closed') instanceof Mine, false);
});

test('a global object that takes nothing new does not keep it from loading', async () => {
  const script = `
    Object.preventExtensions(globalThis);
    const { PeerSessionError } = await import('peer-session');
    console.log(new PeerSessionError('closed') instanceof PeerSessionError);`;
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd });
  assert.equal(stdout, 'true\n');
});
