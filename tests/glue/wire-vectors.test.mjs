// @ts-check
// tests/vectors is read by the engine's own tests too; here the built package reads it, through a channel.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { blobFrom, hashOf, MiB } from './support/files.mjs';
import { connectRaw } from './support/sessions.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')).vectors;

const expand = (text) => [text].flat().map(expandPiece).join('');
const expandPiece = (piece) => (typeof piece === 'string' ? piece : piece.repeat.repeat(piece.times));
const expandHashes = (hashes) =>
  Array.isArray(hashes) ? hashes : Array.from({ length: hashes.times }, () => hashes.repeat);

function textOf({ text, hex }) {
  if (hex === undefined) return expand(text);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(hex, 'hex'));
  } catch {
    return undefined; // A browser's channel never hands such bytes over as text.
  }
}

const silence = (party) => assert.deepEqual(party.reports(), []);

/** What shows, outside of the package, that a message was read as the vector says. */
const reading = {
  'offer-file': (party, { file }) => {
    if (file.size > 15 * MiB) return assert.deepEqual([party.offers(), party.reports()], [[], ['too-large']]);
    const said = { ...file, transferId: expand(file.transferId), name: expand(file.name) };
    delete said.originalSenderId;
    assert.deepEqual(party.offers(), [{ type: 'offer-file', ...said }]);
  },
  meta: (party, { file }) => {
    const isTooLarge = file.size > 15 * MiB;
    assert.deepEqual(party.ends(), isTooLarge ? [[expand(file.transferId), 'too-large']] : []);
    assert.equal(party.of('may-receive').length, isTooLarge ? 0 : 1);
    silence(party);
  },
  'invalid-meta': (party, { transferId }) => {
    if (transferId === undefined) return assert.deepEqual(party.reports(), ['malformed-message']);
    assert.deepEqual(party.ends(), [[expand(transferId), 'invalid-metadata']]);
  },
  'transfer-abort': (party, { transferId }) =>
    assert.deepEqual(party.ends(), [[expand(transferId), 'aborted-by-peer']]),
  'pull-request': (party) => {
    silence(party);
    assert.equal(party.session.stats.ignoredMessages, 1, 'no such offer');
  },
  inventory: (party, { hashes, skipped }) => {
    assert.deepEqual(party.events('inventory')[0].data, expandHashes(hashes));
    assert.deepEqual(party.reports(), skipped ? ['invalid-hash'] : []);
  },
  'request-file': (party, { hash }) => assert.equal(party.of('file-requested')[0].hash, hash),
  'sync-request': (party) => assert.equal(party.events('sync-request').length, 1),
  ping: (party) => assert.deepEqual(party.peer.heard(), [{ type: 'pong' }]),
  pong: (party) => assert.deepEqual(party.peer.heard(), []),
  ignored: (party) => {
    silence(party);
    assert.deepEqual([party.events('connected').length, party.of('event').length], [1, 1]);
    assert.equal(party.session.stats.ignoredMessages, 1);
  },
  malformed: (party) => {
    assert.deepEqual([party.reports(), party.of('event').length], [['malformed-message'], 1]);
    assert.equal(party.session.stats.ignoredMessages, 1);
  },
};

for (const vector of read('parse.json')) {
  const text = textOf(vector);
  if (text === undefined) continue;
  test(`the package reads as the engine does: ${vector.name}`, async () => {
    const party = await connectRaw({ link: { maxMessageSize: 4 * MiB } });
    const { expect } = vector;
    const pulled = expect.file?.transferId ?? expect.transferId;
    const isPulled = ['meta', 'invalid-meta', 'transfer-abort'].includes(expect.message) && pulled !== undefined;
    if (isPulled) party.session.pullFile(expand(pulled));
    party.session.lastSeen = 0;
    party.peer.say(text);
    assert.ok(party.session.isConnected);
    assert.ok(party.session.lastSeen > 0, 'whatever it says, the peer lives');
    reading[expect.message](party, expect);
    party.session.close();
  });
}

function offer({ session }, { file }, isReadable = true) {
  const { size, mime, hash, isPinned, name, ttl, originalSenderId } = file;
  const content = (start, end) => (isReadable ? new Uint8Array(end - start) : Promise.reject(new Error('gone')));
  const blob = blobFrom(size, content, { type: mime, step: 16 * MiB });
  return session.sendImage(blob, hash, isPinned, name, ttl, originalSenderId);
}

/** Makes the package say it; returns the id it chose where it chooses one. */
const saying = {
  'offer-file': offer,
  meta: (party, message) => {
    const transferId = offer(party, message);
    party.peer.say({ type: 'pull-request', transferId });
    return transferId;
  },
  'transfer-abort': (party) => {
    const transferId = offer(party, { file: { size: 1, mime: '', hash: hashOf('any') } }, false);
    party.peer.say({ type: 'pull-request', transferId });
    return transferId;
  },
  'pull-request': ({ session }, { transferId }) => session.pullFile(transferId),
  'sync-request': ({ session }) => session.requestSync(),
  inventory: ({ session }, { hashes }) => session.sendInventory(hashes),
  'request-file': ({ session }, { hash }) => session.requestFile(hash),
  ping: ({ session }) => session.sendPing(),
  pong: ({ peer }) => peer.say({ type: 'ping' }),
};

for (const { name, message, text } of read('write.json')) {
  test(`the package says, character by character: ${name}`, async () => {
    const party = await connectRaw({ identity: { createdAt: message.identityCreatedAt } });
    const chosenId = saying[message.type](party, message);
    const sent = await party.link.log.until((entry) => entry.from === 'a' && entry.message?.type === message.type);
    const idOfVector = message.file?.transferId ?? message.transferId;
    assert.equal(sent.text, chosenId ? text.replace(idOfVector, chosenId) : text);
    party.session.close();
  });
}
