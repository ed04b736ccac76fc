// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession } from 'peer-session';
import { makeFile } from '../support/files.mjs';
import { MockNetwork } from 'peer-session/testing';
import { connectRaw } from '../support/sessions.mjs';

const file = makeFile(100);
const nothing = () => {};
const good = ['alice', 'bob', { createdAt: 1 }, nothing, nothing, nothing, { canReceiveFrom: () => true }];

/** @returns {any[]} */
function withArgument(index, value) {
  const options = { RTCPeerConnection: new MockNetwork().RTCPeerConnection };
  const all = [...good, nothing, nothing, undefined, undefined, options];
  all[index] = value;
  return all;
}

for (const [index, name, wrong] of /** @type {[number, RegExp, unknown[]][]} */ ([
  [0, /^myId must be/, [undefined, '', 5, {}]],
  [1, /^peerId must be/, [undefined, '', null]],
  [1, /^peerId must not be equal to myId/, ['alice']],
  [2, /^identity\.createdAt must be/, [{ createdAt: 'today' }, { createdAt: Number.NaN }]],
  [3, /^sendSignal must be/, [undefined, {}, 'f']],
  [4, /^onImage must be/, [undefined, null]],
  [5, /^onTransferError must be/, [undefined, 1]],
  [6, /^network\.canReceiveFrom must be/, [undefined, {}, { canReceiveFrom: true }]],
])) {
  for (const value of wrong) {
    test(`the constructor names argument ${index + 1} when it is ${JSON.stringify(value)}`, () => {
      const make = () =>
        new PeerSession(.../** @type {ConstructorParameters<typeof PeerSession>} */ (withArgument(index, value)));
      assert.throws(make, { name: 'TypeError', message: name });
    });
  }
}

for (const [option, wrong] of /** @type {[string, unknown[]][]} */ ([
  ['maxFileSize', [0, -1, Number.NaN, '5']],
  ['connectTimeout', [0, -1, Number.NaN, '30000']],
  ['pullTimeout', [0, Number.NaN]],
  ['maxMessageSize', [0, 0.5]],
  ['blockSize', [0.25]],
  ['readAhead', [-5]],
  ['lowWaterMark', [2 * 1024 * 1024]],
])) {
  for (const value of wrong) {
    test(`the option ${option} of ${String(value)} is refused by name`, () => {
      const options = { RTCPeerConnection: new MockNetwork().RTCPeerConnection, [option]: value };
      const all = /** @type {ConstructorParameters<typeof PeerSession>} */ (withArgument(11, options));
      assert.throws(() => new PeerSession(...all), { name: 'TypeError', message: new RegExp(`options\\.${option}`) });
    });
  }
}

for (const [what, call, name] of /** @type {[string, (session: any) => void, RegExp][]} */ ([
  ['sendImage without a blob', (s) => s.sendImage(), /^blob must be/],
  ['sendImage with a string', (s) => s.sendImage('cat', file.hash), /^blob must be/],
  ['sendImage with null', (s) => s.sendImage(null, file.hash), /^blob must be/],
  ['sendImage with bytes', (s) => s.sendImage(file.bytes, file.hash), /^blob must be/],
  ['sendImage without a hash', (s) => s.sendImage(file.blob), /^hash must be/],
  ['sendImage with a number for a hash', (s) => s.sendImage(file.blob, 5), /^hash must be/],
  ['sendImage with a name that is no text', (s) => s.sendImage(file.blob, file.hash, false, 5), /^name must be/],
  ['sendImage with a ttl that is no number', (s) => s.sendImage(file.blob, file.hash, false, 'n', '5'), /^ttl must be/],
  ['sendImage with a ttl of NaN', (s) => s.sendImage(file.blob, file.hash, false, 'n', Number.NaN), /^ttl must be/],
  [
    'sendImage with a sender that is no text',
    (s) => s.sendImage(file.blob, file.hash, false, 'n', 5, {}),
    /^originalSenderId must be/,
  ],
  ['pullFile without an id', (s) => s.pullFile(), /^transferId must be/],
  ['pullFile with an empty id', (s) => s.pullFile(''), /^transferId must be/],
  ['pullFile with a number', (s) => s.pullFile(7), /^transferId must be/],
  ['requestFile with an empty hash', (s) => s.requestFile(''), /^hash must be/],
  ['sendInventory without hashes', (s) => s.sendInventory(), /^hashes must be/],
  ['sendInventory with a string', (s) => s.sendInventory('abc'), /^hashes must be/],
  ['sendInventory with a hole in the list', (s) => s.sendInventory(['a', undefined]), /^hashes\[1\] must be/],
])) {
  test(`${what} throws a TypeError that names the argument, and nothing else is lost`, async () => {
    const party = await connectRaw();
    party.session.pullFile('running');
    party.peer.meta(file, 'running');
    assert.throws(() => call(party.session), { name: 'TypeError', message: name });
    assert.deepEqual(
      party.peer.heard().map(({ type }) => type),
      ['pull-request'],
    );
    party.peer.say(file.bytes);
    await party.untilSettled(1);
    assert.deepEqual(party.ends(), [['running', 'image']]);
  });
}

test('a blob of another making will do', async () => {
  const { session, peer } = await connectRaw();
  const { size, type } = file.blob;
  const foreign = { size, type, stream: nothing, arrayBuffer: nothing };
  session.sendImage(/** @type {any} */ (foreign), file.hash);
  assert.equal(peer.heard('offer-file').length, 1);
});
