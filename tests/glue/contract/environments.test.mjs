// @ts-check
// Environments that replace parts of the platform: zone.js, jsdom.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { JSDOM } from 'jsdom';
import { makeFile } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const run = promisify(execFile);
async function probe(name, ...args) {
  const { stdout } = await run(process.execPath, ['--no-warnings', '--experimental-vm-modules', pathOf(name), ...args]);
  return JSON.parse(stdout);
}
const pathOf = (name) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));

const { window } = new JSDOM('');
const file = makeFile(100_000);
const pulls = { event: (type, session, data) => type === 'offer-file' && session.pullFile(data.transferId) };

test('with zone.js, what callbacks reject with is reported, and nothing is left unhandled', async () => {
  const reports = ['event', 'fileRequested', 'image', 'transferError'].map((what) => `callback-failed: ${what}`);
  const { zone, unhandled, ...found } = await probe('zone-probe.mjs');
  assert.equal(zone, 'function');
  assert.deepEqual([found.reports.async.sort(), found.reports.Promise.sort(), unhandled], [reports, reports, []]);
});

for (const blockSize of [4_000_000, 10_000]) {
  for (const where of ['inside', 'outside']) {
    test(`inside jsdom's realm a File of its own arrives, in blocks of ${blockSize}, over channels of ${where}`, async () => {
      assert.deepEqual(await probe('jsdom-probe.mjs', `${blockSize}`, where), {
        name: 'cat.png',
        realms: [where === 'inside', where === 'inside'],
        isOfJsdom: true,
        isWhole: true,
        hash: true,
        error: ['webrtc-unavailable', false, true],
      });
    });
  }

  test(`a Blob of jsdom, which has no stream(), is read with its FileReader, in blocks of ${blockSize}`, async (t) => {
    globalThis.FileReader = window.FileReader;
    t.after(() => Reflect.deleteProperty(globalThis, 'FileReader'));
    const { a, b } = await connectPair({ a: { options: { blockSize } }, b: { on: pulls } });
    a.session.sendImage(new window.Blob([file.bytes], { type: 'image/png' }), file.hash);
    await b.untilSettled(1);
    assert.deepEqual(new Uint8Array(await b.of('image')[0].blob.arrayBuffer()), file.bytes);
    a.session.close();
  });
}

test('where there is no FileReader, sendImage says what a Blob of jsdom lacks', async () => {
  const { session, peer } = await connectRaw();
  const blob = new window.Blob(['x']);
  assert.throws(() => session.sendImage(blob, file.hash), {
    name: 'TypeError',
    message: /^blob must be .*neither stream\(\) nor arrayBuffer\(\).*FileReader/,
  });
  assert.deepEqual(peer.heard('offer-file'), []);
  session.close();
});

test('a Blob whose FileReader fails ends as unreadable, with what it said', async (t) => {
  const cause = new Error('the disk is gone');
  globalThis.FileReader = /** @type {any} */ (
    class {
      error = cause;
      onerror = () => {};
      readAsArrayBuffer() {
        setImmediate(() => this.onerror());
      }
    }
  );
  t.after(() => Reflect.deleteProperty(globalThis, 'FileReader'));
  const { a, b } = await connectPair({ b: { on: pulls } });
  const id = a.session.sendImage(new window.Blob(['x']), file.hash);
  const { error } = await a.untilEnd(id, 'send');
  assert.deepEqual([error.code, error.cause], ['unreadable', cause]);
  await b.untilSettled(1);
  assert.deepEqual(b.ends(), [[id, 'aborted-by-peer']]);
  a.session.close();
});

test('a file that arrived and cannot be made a Blob has one end, as a failure', async (t) => {
  const { Blob } = globalThis;
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  const cause = new RangeError('no memory');
  t.after(() => (globalThis.Blob = Blob));
  globalThis.Blob = /** @type {any} */ (
    class {
      constructor() {
        throw cause;
      }
    }
  );
  party.peer.say(file.bytes);
  await party.untilSettled(1);
  const { error, outcome } = await party.untilEnd('x');
  assert.deepEqual([outcome, error.code, error.cause, error.transferId], ['failed', 'out-of-memory', cause, 'x']);
  assert.deepEqual([party.of('transferend').length, party.of('transfer-error').length, party.of('image')], [1, 1, []]);
  assert.deepEqual(party.reports(), []);
  party.session.close();
});
