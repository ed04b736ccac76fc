// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { safeName } from 'peer-session';
import { bytesOf, makeFile, MiB } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';

const file = makeFile(2000);
const meta = { type: 'meta', transferId: 'x', name: 'n', size: 2000, mime: 'image/png', hash: file.hash };

/** Each is said while a file is on its way, which must arrive all the same. */
for (const [what, said] of /** @type {[string, string][]} */ ([
  ['no JSON', 'hello'],
  ['half of a JSON', '{"type":"pi'],
  ['a JSON that is no object', '[1,2,3]'],
  ['null', 'null'],
  ['no text at all', ''],
  ['a NUL', '\u0000'],
  ['a lone surrogate', '{"type":"ping\uD800"}'],
  ['a lone surrogate, escaped', '{"type":"request-file","hash":"\\ud800"}'],
  ['arrays nested 200,000 deep', `{"type":"ping","x":${'['.repeat(200_000)}`],
  ['objects nested 100,000 deep', '{"a":'.repeat(100_000)],
  ['a text of two megabytes', `{"type":"ping","x":"${'x'.repeat(2 * MiB)}"}`],
  ['a type of its prototype', '{"type":"constructor"}'],
  ['a poisoned prototype', '{"__proto__":{"type":"ping"},"constructor":{"prototype":{"polluted":1}}}'],
  ['a pull-request without an id', '{"type":"pull-request"}'],
  ['an offer without anything', '{"type":"offer-file"}'],
  ['an inventory of numbers', '{"type":"inventory","hashes":[1,2]}'],
  ['an abort of a file that is not on its way', '{"type":"transfer-abort","transferId":"z"}'],
])) {
  test(`${what} is set aside, and the file on its way arrives`, async () => {
    const party = await connectRaw({ link: { maxMessageSize: 4 * MiB } });
    party.session.pullFile('x');
    party.peer.meta(file, 'x');
    party.peer.say(file.bytes.subarray(0, 500));
    party.peer.say(said);
    party.peer.say(file.bytes.subarray(500));
    await party.untilSettled(1);
    assert.deepEqual(party.ends(), [['x', 'image']]);
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
    assert.deepEqual(party.peer.heard().slice(1), [], 'and is not answered');
    party.session.close();
  });
}

for (const size of ['-1', '0.5', '1e400', '"2000"', 'null', 'true', '[]', '9007199254740992', '1e300']) {
  test(`a meta of size ${size} ends its pull and nothing else`, async () => {
    const party = await connectRaw();
    party.session.pullFile('x');
    party.session.pullFile('y');
    party.peer.say(JSON.stringify({ ...meta, size: 0 }).replace('"size":0', `"size":${size}`));
    if (party.settled() === 0) {
      // What is no JSON number to begin with is no message.
      assert.deepEqual(party.reports(), ['malformed-message']);
      party.clock.advance(14_000);
      party.peer.say({ ...meta, size: -1 });
    }
    assert.deepEqual(party.ends(), [['x', 'invalid-metadata']]);
    party.peer.say(bytesOf(10));
    party.peer.transfer(file, 'y');
    await party.untilSettled(2);
    assert.deepEqual(party.ends()[1], ['y', 'image']);
    party.session.close();
  });
}

for (const id of [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u202E\u0000/..',
  '0',
  'null',
  'i'.repeat(256),
]) {
  test(`an id is only text: ${JSON.stringify(id.slice(0, 20))}`, async () => {
    const party = await connectRaw();
    party.peer.offer(file, id);
    assert.equal(party.offers()[0].transferId, id);
    party.session.pullFile(id);
    party.peer.transfer(file, id);
    await party.untilSettled(1);
    assert.deepEqual(party.ends(), [[id, 'image']]);
    party.session.close();
  });
}

for (const id of ['', 'i'.repeat(257)]) {
  test(`an offer with an id of ${id.length} characters is not announced`, async () => {
    const party = await connectRaw();
    party.peer.offer(file, id);
    assert.deepEqual([party.offers(), party.reports()], [[], ['malformed-message']]);
    party.session.close();
  });
}

for (const name of [
  '../../etc/passwd',
  'C:\\con',
  'a\u0000b',
  '\u202Egnp.exe',
  '\uFEFFmark',
  '<img onerror=x>',
  '\u001B[2J',
  '',
]) {
  test(`a name is delivered as data, and safeName makes it fit for saving: ${JSON.stringify(name)}`, async () => {
    const party = await connectRaw();
    party.session.pullFile('x');
    party.peer.transfer(file, 'x', { name });
    await party.untilSettled(1);
    assert.equal(party.of('image')[0].name, name);
    assert.match(safeName(name), /^[^/\\:*?"<>|\p{Cc}\p{Cf}.][^/\\:*?"<>|\p{Cc}\p{Cf}]*$/u);
    party.session.close();
  });
}

test('the same offer twice is announced twice, and pulled once', async () => {
  const party = await connectRaw();
  party.peer.offer(file, 'x');
  party.peer.offer(file, 'x');
  for (const { transferId } of party.offers()) party.session.pullFile(transferId);
  assert.equal(party.peer.heard('pull-request').length, 1);
  party.session.close();
});

test('bytes before any meta belong to nobody', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.say(bytesOf(5000));
  party.peer.transfer(file, 'x');
  await party.untilSettled(1);
  assert.deepEqual([party.ends(), party.session.stats?.droppedBytes], [[['x', 'image']], 5000]);
  party.session.close();
});

test('the same meta again, in the middle of its own transfer, ends it once', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  party.peer.say(file.bytes.subarray(0, 100));
  party.peer.meta(file, 'x');
  party.peer.say(file.bytes);
  assert.deepEqual(party.ends(), [['x', 'interrupted']]);
  assert.deepEqual(party.reports(), ['unrequested-transfer']);
  party.session.close();
  assert.equal(party.settled(), 1);
});

test('one byte less than announced waits, and stalls', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.peer.meta(file, 'x');
  party.peer.say(file.bytes.subarray(1));
  party.clock.advance(30_000);
  assert.deepEqual(party.ends(), [['x', 'stalled']]);
  party.session.close();
});

for (const data of [undefined, null, 5, {}, new Blob(['x'])]) {
  const what = data instanceof Blob ? 'a Blob, though asked for an ArrayBuffer' : String(data);
  test(`a channel that brings ${what} has lost something: the session says so and ends`, async () => {
    const party = await connectRaw();
    party.session.pullFile('x');
    party.link.a.dispatchEvent(new MessageEvent('message', { data }));
    assert.deepEqual([party.ends(), party.of('close').length], [[['x', 'channel-error']], 1]);
    const [{ event }] = party.of('error');
    assert.deepEqual([event.error.code, event.error.cause.name], ['channel-error', 'TypeError']);
  });
}
