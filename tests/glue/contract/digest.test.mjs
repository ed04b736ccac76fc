// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { KiB, makeFile } from '../support/files.mjs';
import { connectRaw, makeSession } from '../support/sessions.mjs';

const file = makeFile(100 * KiB);
const right = (content) => crypto.subtle.digest('SHA-256', content);

async function receiveWith(digest) {
  const party = await connectRaw({ options: { digest } });
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  await party.untilSettled(1);
  return party;
}

test("an application's own digest is asked for the whole content of each file, and decides", async () => {
  /** @type {Uint8Array[]} */
  const asked = [];
  const party = await receiveWith((content) => {
    asked.push(content.slice());
    return right(content);
  });
  assert.deepEqual(asked, [file.bytes]);
  assert.deepEqual(party.ends(), [['x', 'image']]);
});

for (const [what, digest, code] of /** @type {[string, Function, string][]} */ ([
  ['comes to something else', () => right(new Uint8Array(1)), 'hash-mismatch'],
  ['rejects', () => Promise.reject(new Error('the worker is gone')), 'hash-failed'],
  [
    'throws',
    () => {
      throw new Error('no worker here');
    },
    'hash-failed',
  ],
  ['brings no bytes', () => Promise.resolve('text'), 'hash-failed'],
])) {
  test(`a digest that ${what} delivers nothing`, async () => {
    const party = await receiveWith(digest);
    assert.deepEqual([party.ends(), party.of('image')], [[['x', code]], []]);
  });
}

test('a digest that never settles ends with the deadline for verifying', async () => {
  const party = await connectRaw({ options: { digest: () => new Promise(() => {}), verifyTimeout: 5000 } });
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  party.clock.advance(5000);
  assert.deepEqual(party.ends(), [['x', 'hash-failed']]);
});

test('a digest that is no function is refused at once', () => {
  assert.throws(() => makeSession({ options: { digest: /** @type {any} */ ('sha256') } }), {
    name: 'TypeError',
    message: /digest/,
  });
});
