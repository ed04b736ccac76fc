// @ts-check
// What a session says of itself, and that a classic peer hears nothing else than it ever did.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { hashOf, MiB, makeFile, sha256, unreadableBlob } from '../support/files.mjs';
import { epochOf } from '../support/mock-signals.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const said = (link, from) =>
  link.greetings.entries.filter((entry) => entry.from === from).map(({ message }) => message);

test('hello is the first message of either side, whatever its application says at once', async () => {
  const seen = { a: [], b: [] };
  const given = (side) => ({
    on: { event: (type, session) => type === 'connected' && session.sendPing() },
    options: { onWireMessage: (direction, message) => seen[side].push([direction, JSON.parse(message).type]) },
  });
  const { a, b } = await connectPair({ a: given('a'), b: given('b') });
  while (seen.a.length < 6 || seen.b.length < 6) await turn();
  for (const list of Object.values(seen)) {
    for (const direction of ['out', 'in']) {
      assert.deepEqual(
        list.filter(([way]) => way === direction).map(([, type]) => type),
        ['hello', 'ping', 'pong'],
      );
    }
  }
  assert.deepEqual([a.reports(), b.reports(), a.session.stats?.ignoredMessages], [[], [], 0]);
  for (const party of [a, b]) party.session.close();
});

test('it says which session object this is, as its descriptions do, what it understands, and how large a file may be', async () => {
  const { a, b, link } = await connectPair({ b: { options: { maxFileSize: MiB } } });
  for (const [party, from, maxFileSize] of /** @type {const} */ ([
    [a, 'a', 15 * MiB],
    [b, 'b', MiB],
  ])) {
    const epoch = epochOf(party.of('signal').find(({ message }) => message.sdp).message);
    const features = ['cancel', 'receipt', 'resume', 'credit', 'ack', 'lanes', 'trailing-hash', 'pause'];
    assert.deepEqual(said(link, from), [{ type: 'hello', version: 1, epoch, features, maxFileSize }]);
  }
  assert.notEqual(said(link, 'a')[0].epoch, said(link, 'b')[0].epoch);
  for (const party of [a, b]) party.session.close();
});

test('a file that is larger than the peer takes is not offered to it', async () => {
  const { a, b, link } = await connectPair({ b: { options: { maxFileSize: 1000 } } });
  while (said(link, 'b').length === 0 || link.b.hasQueued) await turn();
  const [small, large] = [makeFile(1000, { seed: 1 }), makeFile(1001, { seed: 2 })];
  assert.ok(a.session.sendImage(small.blob, small.hash));
  a.session.sendImage(large.blob, large.hash);
  assert.deepEqual(
    a.of('transferend').map(({ event }) => event.error.code),
    ['too-large'],
  );
  await b.untilEvent('offer-file');
  assert.deepEqual([b.offers().length, b.reports()], [1, []]);
  for (const party of [a, b]) party.session.close();
});

test('bye is the last word, behind what was said before, and ends the other session at once', async () => {
  const { a, b, link } = await connectPair({ link: { drain: 'manual' } });
  link.drainAll();
  b.session.pullFile('waiting');
  a.session.sendPing();
  a.session.close();
  link.drain('a');
  assert.deepEqual([said(link, 'a').at(-1), link.a.readyState], [{ type: 'bye' }, 'closing']);
  assert.deepEqual([b.ends(), b.of('close').length, b.session.state], [[['waiting', 'closed']], 1, 'closed']);
  assert.equal(said(link, 'b').length, 1, 'it is not answered');
});

test('a peer that said nothing yet hears bye; a classic one, that pulled, does not', async () => {
  for (const isClassic of [false, true]) {
    const party = await connectRaw();
    if (isClassic) party.peer.say({ type: 'pull-request', transferId: 'unknown' });
    party.session.close();
    assert.deepEqual(
      said(party.link, 'a').map(({ type }) => type),
      isClassic ? ['hello'] : ['hello', 'bye'],
    );
  }
});

test('a hello that comes after an offer, a pull or a file is none: that peer is a classic one', async () => {
  const file = makeFile(5000);
  for (const first of ['offer-file', 'pull-request', 'meta']) {
    const party = await connectRaw({ options: { group: false } });
    const { session, peer, link } = party;
    peer.say({ type: first, transferId: 'x', name: 'x', size: 1, mime: '', hash: file.hash });
    peer.greet({ maxFileSize: 1 });
    const offered = session.sendImage(file.blob, file.hash);
    peer.say({ type: 'pull-request', transferId: offered, offset: 1000 });
    await link.log.until(({ bytes }) => !!bytes);
    link.drain('a');
    assert.equal((await party.untilEnd(offered, 'send')).receipt, 'sent', first);
    peer.offer(file, 'y');
    session.pullFile('y');
    peer.transfer(file, 'y');
    await party.untilEnd('y');
    session.pullFile('z');
    session.cancelPull('z');
    session.withdraw(session.sendImage(file.blob, file.hash));
    session.close();
    assert.deepEqual(
      peer.heard().map(({ type, offset }) => [type, offset]),
      ['offer-file', 'meta', 'pull-request', 'pull-request', 'offer-file'].map((type) => [type, undefined]),
    );
    assert.equal(said(link, 'a').length, 1, 'and no bye');
  }
});

// --- A classic peer -------------------------------------------------------------------------------------------------

/** Each id by a name, in the order in which they come up; bytes by their number and their hash. */
function recorderOf(link) {
  const names = new Map();
  const nameOf = (id) => names.get(id) ?? names.set(id, `#${names.size + 1}`).get(id);
  return (from) => {
    const lines = [];
    for (const entry of link.log.entries) {
      const name = entry.message?.transferId && nameOf(entry.message.transferId);
      if (entry.from !== from) continue;
      lines.push(
        entry.bytes
          ? `${entry.bytes.length} ${sha256(entry.bytes).slice(0, 8)}`
          : name
            ? entry.text.replace(entry.message.transferId, name)
            : entry.text,
      );
    }
    return lines;
  };
}

const files = [1, 2, 3, 4, 5].map((seed) => makeFile(30_000, { seed }));
const described = (file, id, type, more) =>
  `{"type":"${type}","transferId":"${id}","name":"${file.name}","size":30000,"mime":"image/png","hash":"${file.hash}",${more}}`;
const pieces = ({ bytes }) =>
  [bytes.subarray(0, 16_384), bytes.subarray(16_384)].map((piece) => `${piece.length} ${sha256(piece).slice(0, 8)}`);
const hash = hashOf('wanted');

/** What a session without hello says in `live`, byte for byte: written down from the version before it. */
const classicLog = [
  described(files[0], '#1', 'offer-file', '"isPinned":true,"ttl":60'),
  described(
    files[0],
    '#1',
    'meta',
    '"isPinned":true,"ttl":60,"originalSenderId":"carol","identityCreatedAt":1700000000000',
  ),
  ...pieces(files[0]),
  '{"type":"pull-request","transferId":"#2"}',
  '{"type":"pull-request","transferId":"#3"}',
  '{"type":"pull-request","transferId":"#4"}',
  described(files[3], '#5', 'offer-file', '"isPinned":false'),
  `{"type":"offer-file","transferId":"#6","name":"image.png","size":10,"mime":"image/png","hash":"${files[4].hash}","isPinned":false}`,
  '{"type":"transfer-abort","transferId":"#6","reason":"unreadable"}',
  '{"type":"sync-request"}',
  `{"type":"inventory","hashes":["${hash}"]}`,
  `{"type":"request-file","hash":"${hash}"}`,
  '{"type":"ping"}',
  '{"type":"pong"}',
];

/** Files both ways, one that is wrong, one that is given up, one that is withdrawn, one that cannot be read. */
async function live(party) {
  const { session, classic, link } = party;
  const settle = async () => {
    for (let quiet = 0; quiet < 5; quiet++) {
      while (link.a.hasQueued || link.b.hasQueued) await turn();
      await turn();
    }
  };
  const pulledFrom = async (id) => {
    await settle();
    classic.pull(id);
    await settle();
  };
  const pull = async (file, more) => {
    const id = classic.offer(file, more);
    await settle();
    session.pullFile(id);
    return id;
  };
  await pulledFrom(session.sendImage(files[0].blob, files[0].hash, true, files[0].name, 60, 'carol'));
  await pull(files[1]);
  await party.untilSettled(1);
  await pull({ ...files[2], hash: hashOf('another') });
  await party.untilSettled(2);
  session.cancelPull(await pull(files[2]));
  await settle();
  session.withdraw(/** @type {string} */ (session.sendImage(files[3].blob, files[3].hash, false, files[3].name)));
  await pulledFrom(session.sendImage(unreadableBlob(10), files[4].hash));
  session.requestSync();
  session.sendInventory([hash]);
  session.requestFile(hash);
  session.sendPing();
  classic.ping();
  await settle();
  session.close();
  await settle();
}

for (const classicStarts of [false, true]) {
  test(`a classic peer hears, behind the hello, byte for byte what it ever did, ${classicStarts ? 'where it' : 'where this side'} makes the connection`, async () => {
    const party = await connectClassic({ classicStarts, options: { maxMessageSize: 16_384, group: false } });
    const mine = classicStarts ? 'b' : 'a';
    await live(party);
    assert.deepEqual(recorderOf(party.link)(mine), classicLog);
    assert.deepEqual(
      said(party.link, mine).map(({ type }) => type),
      ['hello'],
    );
    assert.deepEqual(
      party.ends().map(([, end]) => end),
      ['image', 'hash-mismatch', 'cancelled'],
    );
    assert.deepEqual(
      party
        .of('transferend')
        .flatMap(({ event }) => (event.direction === 'send' ? [event.error?.code ?? event.receipt] : [])),
      ['sent', 'withdrawn', 'unreadable'],
    );
  });
}
