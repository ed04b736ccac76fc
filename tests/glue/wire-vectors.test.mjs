// @ts-check
// tests/vectors is read by the engine's own tests too; here the built package reads it, through a channel.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { drivenSessions } from './support/driven-sessions.mjs';
import { blobFrom, hashOf, makeFile, MiB } from './support/files.mjs';
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
const kit = await drivenSessions();
const hashesFollow = { features: ['trailing-hash'] };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const file = makeFile(20_000);

/** Offers it, and lets it be pulled; resolves with its id when all that the peer has room for has left the channel. */
async function send(party, { blob, hash }, pull) {
  const transferId = party.session.sendImage(blob, hash);
  if (pull) party.peer.say({ type: 'pull-request', transferId, ...pull });
  await drain(party);
  return transferId;
}

async function drain({ link }) {
  for (let turns = 0; turns < 20; turns++) {
    await turn();
    link.drain('a');
  }
}

const bytesOut = ({ link }) =>
  link.log.entries.reduce((sum, { from, bytes }) => sum + (from === 'a' ? (bytes?.length ?? 0) : 0), 0);
const sendEnds = (party) => party.of('transferend').flatMap(({ event }) => (event.direction === 'send' ? [event] : []));

/** Bytes of a content of which nothing is known. */
const storeOf = (length) => ({ take: () => (length ? new Uint8Array(length) : undefined), keep: () => {} });

/**
 * What has to be so before a message, for it to mean something. Resolves with the id that the package chose, where the message speaks
 * of one.
 */
const before = {
  'offer-file': (party, { file: described }) => described.hash === '' && party.peer.greet(hashesFollow),
  meta: (party, { file: described, offset }) => {
    const transferId = expand(described.transferId);
    if (described.hash === '') party.peer.greet(hashesFollow);
    if (offset !== undefined) {
      party.peer.greet();
      party.peer.say({ type: 'offer-file', ...described, transferId });
    }
    party.session.pullFile(transferId);
  },
  'invalid-meta': (party, { transferId }) => transferId && party.session.pullFile(expand(transferId)),
  'transfer-abort': (party, { transferId }) => party.session.pullFile(expand(transferId)),
  'pull-request': (party, { offset, credit }) => {
    if (offset === undefined && credit === undefined) return undefined;
    party.peer.greet();
    return send(party, makeFile(credit ? 2 * credit : 20_000));
  },
  'transfer-end': (party, { transferId }) => {
    party.peer.greet(hashesFollow);
    party.session.pullFile(transferId);
    party.peer.say({ type: 'meta', transferId, name: '', size: 0, mime: '' });
    assert.equal(party.session.stats.unverifiedFiles, 0);
  },
  'transfer-cancel': (party) => {
    party.peer.greet();
    return send(party, file);
  },
  'transfer-pause': async (party) => {
    party.peer.greet();
    return send(party, makeFile(20_000), { credit: 1 });
  },
  'transfer-done': (party) => {
    party.peer.greet();
    return send(party, file, {});
  },
  'offer-withdraw': (party, { transferId }) => {
    party.peer.greet();
    party.peer.offer(file, transferId);
  },
  credit: async (party, { upTo }) => {
    party.peer.greet();
    const transferId = await send(party, makeFile(2 * upTo), { credit: 1 });
    assert.equal(bytesOut(party), 1);
    return transferId;
  },
  lane: (party) => void party.peer.greet({ features: ['ack', 'lanes'] }),
  segment: (party) => void party.peer.greet({ features: ['ack', 'lanes'] }),
  ack: async (party) => {
    party.peer.greet({ features: ['cancel', 'receipt', 'resume', 'credit', 'ack'] });
    await send(party, makeFile(200_000), {});
    assert.equal(bytesOut(party), 32_768, 'and no more before it is acknowledged');
  },
  bye: ({ session }) => session.pullFile('waiting'),
};

/** What shows, outside of the package, that a message was read as the vector says. */
const reading = {
  'offer-file': (party, { file }) => {
    if (file.size > 15 * MiB) return assert.deepEqual([party.offers(), party.reports()], [[], ['too-large']]);
    const said = { ...file, transferId: expand(file.transferId), name: expand(file.name) };
    delete said.originalSenderId;
    if (file.extra) said.extra = expand(file.extra);
    assert.deepEqual(party.offers(), [{ type: 'offer-file', ...said }]);
  },
  meta: (party, { file, offset }) => {
    const isTooLarge = file.size > 15 * MiB;
    assert.deepEqual(party.ends(), isTooLarge ? [[expand(file.transferId), 'too-large']] : []);
    assert.equal(party.of('may-receive').length, isTooLarge ? 0 : 1);
    if (offset !== undefined) {
      const isWhole = () => party.session.stats.unverifiedFiles === 1;
      assert.equal(isWhole(), offset === file.size);
      if (!isWhole()) party.peer.say(new Uint8Array(file.size - offset));
      assert.ok(isWhole(), 'with the bytes that were missing');
    }
    silence(party);
  },
  'invalid-meta': (party, { transferId }) => {
    if (transferId === undefined) return assert.deepEqual(party.reports(), ['malformed-message']);
    assert.deepEqual(party.ends(), [[expand(transferId), 'invalid-metadata']]);
  },
  'transfer-abort': (party, { transferId }) =>
    assert.deepEqual(party.ends(), [[expand(transferId), 'aborted-by-peer']]),
  'pull-request': async (party, { offset, credit }, id) => {
    silence(party);
    assert.equal(party.session.stats.ignoredMessages, id ? 0 : 1, 'no such offer');
    if (!id) return;
    await drain(party);
    const [meta] = party.peer.heard('meta');
    assert.deepEqual([meta.transferId, meta.offset], [id, offset]);
    assert.equal(bytesOut(party), credit ?? meta.size - offset);
  },
  'transfer-end': async (party, { transferId, hash }) => {
    silence(party);
    assert.equal(party.session.stats.unverifiedFiles, 1);
    await party.untilSettled(1);
    assert.deepEqual(party.ends(), [[transferId, hash === hashOf('') ? 'image' : 'hash-mismatch']]);
  },
  'transfer-cancel': (party, { reason, detail }, id) => {
    const [{ transferId, error }] = sendEnds(party);
    assert.deepEqual([transferId, error.code, error.peerReason], [id, 'aborted-by-peer', reason]);
    assert.equal(error.peerMessage, detail && expand(detail));
    silence(party);
  },
  'transfer-pause': async (party, _, id) => {
    await drain(party);
    const [{ transferId, reason }] = party.peer.heard('transfer-abort');
    assert.deepEqual([transferId, reason], [id, 'paused']);
    silence(party);
  },
  'transfer-done': (party, _, id) => {
    const [{ transferId, receipt }] = sendEnds(party);
    assert.deepEqual([transferId, receipt], [id, 'delivered']);
    silence(party);
  },
  'offer-withdraw': (party, { transferId }) => {
    assert.deepEqual(
      party.of('offerwithdrawn').map(({ event }) => event.transferId),
      [transferId],
    );
    silence(party);
  },
  credit: async (party, { upTo }) => {
    await drain(party);
    assert.equal(bytesOut(party), upTo);
    silence(party);
  },
  ack: async (party, { received }) => {
    await drain(party);
    assert.equal(bytesOut(party) > 32_768, received > 0);
    silence(party);
  },
  lane: async (party, { offer: offered }) => {
    silence(party);
    if (offered === undefined) return;
    // Whether a connection can be made of it or not, the offer is answered.
    await party.link.log.until(({ from, message }) => from === 'a' && message?.type === 'lane');
  },
  segment: (party) => {
    silence(party);
    assert.equal(party.session.stats.ignoredMessages, 0);
  },
  bye: (party) => {
    assert.deepEqual([party.ends(), party.of('close').length], [[['waiting', 'closed']], 1]);
    silence(party);
  },
  hello: async (party, { features = [], maxFileSize }) => {
    const { session, peer } = party;
    silence(party);
    assert.deepEqual([party.of('event').length, session.stats.ignoredMessages], [1, 0]);
    const large = blobFrom(16 * MiB, () => new Uint8Array(0));
    assert.equal(session.sendImage(large, hashOf('large')) === undefined, maxFileSize !== undefined);
    session.pullFile('unwanted');
    session.cancelPull('unwanted');
    assert.equal(peer.heard('transfer-cancel').length, features.includes('cancel') ? 1 : 0);
    await send(party, file, {});
    assert.equal(session.stats.unconfirmedUploads, features.includes('receipt') ? 1 : 0);
    peer.offer(file, 'here already');
    session.pullFile('here already');
    const [request] = peer.heard('pull-request').filter(({ transferId }) => transferId === 'here already');
    assert.equal(request.offset, features.includes('resume') ? file.bytes.length : undefined);
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
    const { expect } = vector;
    const party = await connectRaw({
      link: { maxMessageSize: 4 * MiB },
      // Each offer is announced, though this side has the content.
      options: { partialStore: storeOf(expect.offset), ...(expect.message === 'hello' && { maxFileSize: 32 * MiB }) },
    });
    const id = await before[expect.message]?.(party, expect);
    // Which nobody else knows.
    if (text.includes('"transfer-end"')) party.peer.greet(hashesFollow);
    party.session.lastSeen = 0;
    party.peer.say(id ? text.replace(`"${expect.transferId}"`, `"${id}"`) : text);
    assert.equal(party.session.isConnected, expect.message !== 'bye');
    assert.ok(party.session.lastSeen > 0, 'whatever it says, the peer lives');
    await reading[expect.message](party, expect, id);
    party.session.close();
  });
}

function offer({ session }, { file }, isReadable = true) {
  const { size, mime, hash, isPinned, name, ttl, originalSenderId, extra } = file;
  const content = (start, end) => (isReadable ? new Uint8Array(end - start) : Promise.reject(new Error('gone')));
  const blob = blobFrom(size, content, { type: mime, step: 16 * MiB });
  // What the classic class cannot say either.
  if (extra) return session.offerFile(blob, { name, mime, hash, isPinned, extra });
  return session.sendImage(blob, hash, isPinned, name, ttl, originalSenderId);
}

/** A stream whose hash is not known. */
function offerUnhashed({ session, peer }, { file: { name, size, mime: type } }) {
  peer.greet(hashesFollow);
  const pull = (controller) => {
    controller.enqueue(new Uint8Array(size));
    controller.close();
  };
  return session.sendFile({ stream: new ReadableStream({ pull }), size, name, type });
}

/** Makes the package say it; returns the id it chose where it chooses one. */
const saying = {
  'offer-file': (party, message) => (message.file.hash === '' ? offerUnhashed(party, message) : offer(party, message)),
  hello: ({ link }) => link.greetings.entries[0].message.epoch,
  bye: ({ session }) => session.close(),
  'transfer-pause': ({ peer, session }, { transferId }) => {
    peer.greet({ features: ['resume', 'pause'] });
    session.pullFile(transferId);
    kit.driven[kit.driven.length - 1].driver.pausePull(transferId);
  },
  meta: async (party, message) => {
    const { offset } = message;
    if (message.file.hash === '') {
      const transferId = await offerUnhashed(party, message);
      party.peer.say({ type: 'pull-request', transferId });
      return transferId;
    }
    if (offset !== undefined) party.peer.greet();
    const transferId = offer(party, message);
    party.peer.say({ type: 'pull-request', transferId, offset });
    return transferId;
  },
  'transfer-end': async (party, { hash }) => {
    party.peer.greet(hashesFollow);
    const content = [new TextEncoder().encode('test')];
    const transferId = await party.session.sendFile({ stream: new Blob(content).stream(), size: 4 });
    assert.equal(hash, hashOf('test'));
    party.peer.say({ type: 'pull-request', transferId });
    return transferId;
  },
  'transfer-abort': (party) => {
    const transferId = offer(party, { file: { size: 1, mime: '', hash: hashOf('any') } }, false);
    party.peer.say({ type: 'pull-request', transferId });
    return transferId;
  },
  'pull-request': ({ session, peer }, { transferId, offset, credit }) => {
    if (credit !== undefined) peer.greet();
    if (offset !== undefined) {
      peer.greet();
      peer.offer(makeFile(2 * offset), transferId);
    }
    session.pullFile(transferId, credit && { to: new WritableStream(), room: credit });
  },
  credit: async ({ session, peer }, { transferId, upTo }) => {
    const large = makeFile(upTo);
    peer.greet();
    peer.offer(large, transferId);
    session.pullFile(transferId, { to: new WritableStream(), room: upTo / 2 });
    while (peer.heard('pull-request').length === 0) await new Promise((resolve) => setImmediate(resolve));
    peer.meta(large, transferId);
    peer.say(large.bytes.subarray(0, upTo / 2));
  },
  'transfer-cancel': ({ session, peer }, { transferId }) => {
    peer.greet();
    session.pullFile(transferId);
    session.cancelPull(transferId);
  },
  'transfer-done': ({ session, peer }, { transferId }) => {
    peer.greet();
    session.pullFile(transferId);
    peer.transfer(file, transferId);
  },
  'offer-withdraw': ({ session, peer }) => {
    peer.greet();
    const transferId = session.sendImage(file.blob, file.hash);
    session.withdraw(transferId);
    return transferId;
  },
  'sync-request': ({ session }) => session.requestSync(),
  inventory: ({ session }, { hashes }) => session.sendInventory(hashes),
  'request-file': ({ session }, { hash }) => session.requestFile(hash),
  ping: ({ session }) => session.sendPing(),
  pong: ({ peer }) => peer.say({ type: 'ping' }),
  ack: ({ peer, clock }, { received, at }) => {
    peer.greet({ features: ['ack'] });
    clock.advance(at / 1000);
    peer.say(new Uint8Array(received));
  },
};

// What they say is what a connection says of itself, and where a file goes on another one: lanes-*.test.mjs hears them.
const saidOfLanes = ['lane', 'segment'];

// What no method of this class says: declining.test.mjs hears it.
const isOfOthers = ({ reason }) => reason === 'declined';

for (const { name, message, text } of read('write.json')) {
  if (saidOfLanes.includes(message.type) || isOfOthers(message)) continue;
  test(`the package says, character by character: ${name}`, async () => {
    const party = await connectRaw({
      // The class itself pauses nothing.
      ...(message.type === 'transfer-pause' && { Session: kit.PeerSession }),
      identity: { createdAt: message.identityCreatedAt },
      options: { partialStore: storeOf(message.offset) },
    });
    const chosenId = await saying[message.type](party, message);
    const { log, greetings } = party.link;
    const said = ['hello', 'bye'].includes(message.type) ? greetings : log;
    const sent = await said.until((entry) => entry.from === 'a' && entry.message?.type === message.type);
    const idOfVector = message.epoch ?? message.file?.transferId ?? message.transferId;
    assert.equal(sent.text, chosenId ? text.replace(idOfVector, chosenId) : text);
    party.session.close();
  });
}
