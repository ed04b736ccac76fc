// @ts-check
// One contract for all places where an offered file may come from: all of it, in order, or a reason on both sides; and never more in
// memory than said.
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession as SignedPeerSession } from 'peer-session/signed';
import { blobFrom, bytesOf, KiB, makeFile, MiB, sha256 } from '../support/files.mjs';
import { makeIdentity } from '../support/identity.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const GiB = 1024 * MiB;
const file = makeFile(300 * KiB + 7, { name: 'cat.png' });
const turn = () => new Promise((resolve) => setImmediate(resolve));
const untilTrue = async (condition) => {
  for (let turns = 0; !condition(); turns++) {
    assert.ok(turns < 20_000, 'it happens');
    await turn();
  }
};
const options = { maxFileSize: 8 * GiB, readAhead: 256 * KiB, blockSize: 64 * KiB };
const greeting = ['cancel', 'receipt', 'resume', 'credit', 'trailing-hash'];

/** The bytes in pieces; `before` each comes what the test wants, and `after` the last. */
function streamOf(
  bytes,
  { piece = 20 * KiB, before = (at) => void at, after = undefined, onCancel = () => {} } = /** @type {any} */ ({}),
) {
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await before(at);
        if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += piece)));
        else if (after) await after(controller);
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}
const asStream = (given) => ({
  stream: streamOf(file.bytes, given),
  size: file.bytes.length,
  name: file.name,
  type: 'image/png',
});
const asFile = (given = {}) =>
  new File([/** @type {any} */ (file.bytes)], file.name, { type: 'image/png', lastModified: 5, ...given });
const asHandle = (files = [asFile()]) => {
  let asked = 0;
  return /** @type {any} */ ({ name: file.name, getFile: async () => files[Math.min(asked++, files.length - 1)] });
};

/** Two sessions; what is offered is pulled. */
async function connect(given = {}) {
  const pull = (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId);
  const pair = await connectPair({ ...given, a: { options }, b: { options, on: { event: pull } } });
  return Object.assign(pair, {
    close: () => {
      pair.a.session.close();
      pair.b.session.close();
    },
  });
}

const sendEnds = (party) => party.of('transferend').flatMap(({ event }) => (event.direction === 'send' ? [event] : []));

for (const [kind, make] of /** @type {[string, () => any][]} */ ([
  ['a Blob', () => file.blob],
  ['a File', () => asFile()],
  ['a FileSystemFileHandle', () => asHandle()],
  ['a stream', () => asStream()],
  ['a stream of tiny pieces', () => asStream({ piece: 1000 })],
  ['a stream of one piece', () => asStream({ piece: file.bytes.length })],
  ['a stream whose pieces take a while', () => asStream({ before: turn })],
])) {
  test(`${kind} arrives whole, and its hash is told`, async () => {
    const pair = await connect();
    const id = await pair.a.session.sendFile(make(), { isPinned: true, ttl: 5, originalSenderId: 'carol' });
    await pair.b.untilSettled(1);
    const [image] = pair.b.of('image');
    assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), file.bytes);
    assert.equal(image.blob.fileHash, file.hash);
    assert.deepEqual(
      [image.isPinned, image.ttl, image.originalSenderId, image.blob.type],
      [true, 5, 'carol', 'image/png'],
    );
    assert.equal(image.name, kind === 'a Blob' ? 'file' : 'cat.png');
    const [offer] = pair.b.offers();
    assert.deepEqual([offer.transferId, offer.hash], [id, kind.startsWith('a stream') ? '' : file.hash]);
    await untilTrue(() => sendEnds(pair.a).length === 1);
    assert.deepEqual([sendEnds(pair.a)[0].transferId, sendEnds(pair.a)[0].receipt], [id, 'delivered']);
    assert.deepEqual([pair.a.reports(), pair.b.reports()], [[], []]);
    pair.close();
    assert.equal(pair.clock.pendingTimers, 0);
  });
}

test('an empty stream and an empty Blob are files, too', async () => {
  const pair = await connect();
  await pair.a.session.sendFile({ stream: streamOf(new Uint8Array(0)), size: 0 });
  await pair.a.session.sendFile(new Blob([]));
  await pair.b.untilSettled(2);
  for (const { blob } of pair.b.of('image')) assert.deepEqual([blob.size, blob.fileHash], [0, sha256('')]);
  pair.close();
});

test('a stream that is said to be empty, and is not, is not offered', async () => {
  const party = await connectRaw();
  for (const given of [{}, { hash: sha256('') }]) {
    let isCancelled = false;
    const stream = streamOf(new Uint8Array(5), { onCancel: () => (isCancelled = true) });
    assert.equal(await party.session.sendFile({ stream, size: 0 }, given), undefined);
    assert.ok(isCancelled);
  }
  assert.deepEqual(
    sendEnds(party).map(({ error }) => error.code),
    ['wrong-size', 'wrong-size'],
  );
  party.session.close();
});

test('what is given counts more than what the source says', async () => {
  const pair = await connect();
  await pair.a.session.sendFile(asFile(), { name: 'other.bin', mime: 'application/x', hash: file.hash });
  await pair.b.untilSettled(1);
  const [{ name, blob }] = pair.b.of('image');
  assert.deepEqual([name, blob.type], ['other.bin', 'application/x']);
  pair.close();
});

for (const [what, make, code, cause] of /** @type {[string, () => any, string, RegExp | undefined][]} */ ([
  [
    'a stream that fails',
    () => asStream({ before: (at) => at > 100_000 && Promise.reject(new Error('out of paper')) }),
    'unreadable',
    /out of paper/,
  ],
  ['a stream that brings too little', () => ({ ...asStream(), size: file.bytes.length + 1 }), 'wrong-size', undefined],
  ['a stream that brings too much', () => ({ ...asStream(), size: file.bytes.length - 1 }), 'wrong-size', undefined],
  [
    'a stream that brings more in a piece of its own',
    () => ({ ...asStream({ piece: 1000 }), size: 5000 }),
    'wrong-size',
    undefined,
  ],
  [
    'a stream that brings text',
    () => ({ stream: streamOf('x'.repeat(5000)), size: 5000 }),
    'unreadable',
    /other than bytes/,
  ],
  [
    'a file that cannot be read any more',
    () => Object.assign(blobFrom(file.bytes.length, failAfter('NotReadableError')), { lastModified: 5 }),
    'file-changed',
    /as the test wants/,
  ],
  [
    'a Blob that cannot be read',
    () => blobFrom(file.bytes.length, failAfter('NotReadableError')),
    'unreadable',
    /as the test wants/,
  ],
  ['a file of which one read fails, and that is there', () => brokenOnce(asFile()), 'unreadable', /network error/],
  [
    'a file whose stream says nothing of it',
    () => Object.assign(blobFrom(file.bytes.length, failAfter('NetworkError', 0)), { lastModified: 5 }),
    'file-changed',
    /as the test wants/,
  ],
  ['a file that is shorter now', () => shorter(asFile()), 'file-changed', /another size/],
  [
    'a handle whose file has another date when it is pulled',
    () => asHandle([asFile(), asFile({ lastModified: 6 })]),
    'file-changed',
    undefined,
  ],
  [
    'a handle whose file has another date when all is read',
    () => asHandle([asFile(), asFile(), asFile({ lastModified: 6 })]),
    'file-changed',
    undefined,
  ],
  [
    'a handle whose file is shorter',
    () => asHandle([asFile(), new File(['x'], 'x', { lastModified: 5 })]),
    'file-changed',
    undefined,
  ],
])) {
  test(`${what} ends with a reason on both sides, and the next file arrives`, async () => {
    const pair = await connect();
    const given = typeof make().size === 'number' && !make().stream?.getReader ? { hash: file.hash } : {};
    const id = await pair.a.session.sendFile(make(), 'getFile' in make() ? { hash: file.hash } : given);
    assert.ok(id);
    await pair.b.untilSettled(1);
    const { error } = await pair.b.untilEnd(id);
    assert.deepEqual([error.code, error.peerReason], ['aborted-by-peer', code]);
    const [ended] = sendEnds(pair.a);
    assert.deepEqual([ended.transferId, ended.error.code], [id, code]);
    if (cause) assert.match(ended.error.cause.message, cause);
    await pair.a.session.sendFile(file.blob);
    await untilTrue(() => pair.b.of('image').length === 1);
    pair.close();
  });
}

function failAfter(name, from = 200 * KiB) {
  return (start, end) => {
    if (end > from) throw new DOMException('as the test wants it', name);
    return file.blob.slice(start, end).arrayBuffer();
  };
}
function brokenOnce(blob) {
  const pull = () => Promise.reject(new TypeError('network error'));
  return Object.defineProperty(blob, 'stream', { value: () => new ReadableStream({ pull }) });
}
function shorter(blob) {
  const stream = () => file.blob.slice(0, -1).stream();
  return Object.defineProperties(blob, { stream: { value: stream }, arrayBuffer: { value: undefined } });
}

test('a stream that brings nothing more, and does not end, ends in time', async () => {
  for (const piece of [1000, file.bytes.length]) {
    const pair = await connect();
    const never = () => new Promise(() => {});
    const id = await pair.a.session.sendFile(
      asStream(piece === 1000 ? { before: (at) => at > 50_000 && never() } : { piece, after: never }),
    );
    await untilTrue(() => pair.b.offers().length === 1 && (pair.b.of('progress').length > 0 || piece !== 1000));
    for (let turns = 0; turns < 50; turns++) await turn();
    pair.clock.advance(10_000);
    await pair.b.untilSettled(1);
    const { error } = await pair.b.untilEnd(id);
    assert.equal(error.peerReason, 'read-timeout');
    pair.close();
  }
});

test('a slow stream is sent as it comes: no block has to be whole', async () => {
  const pair = await connect();
  let goOn = () => {};
  const gate = new Promise((resolve) => (goOn = () => resolve(undefined)));
  const wait = async (at) => {
    if (at === 1000) await turn();
    if (at === 2000) await gate;
  };
  await pair.a.session.sendFile(asStream({ piece: 1000, before: wait }));
  await untilTrue(() => pair.b.of('progress').length > 0);
  assert.ok(pair.b.of('progress')[0]?.event.bytes <= 2000);
  goOn();
  await pair.b.untilSettled(1);
  assert.deepEqual(
    pair.b.ends().map(([, end]) => end),
    ['image'],
  );
  pair.close();
});

for (const [when, end, code] of /** @type {[string, (pair: any, id: string) => unknown, string][]} */ ([
  ['it is withdrawn before it is pulled', ({ a }, id) => a.session.withdraw(id), 'withdrawn'],
  ['nobody pulls it', ({ clock }) => clock.advance(300_000), 'offer-expired'],
  ['the session is closed', ({ a }) => a.session.close(), 'closed'],
])) {
  test(`a stream is cancelled when ${when}`, async () => {
    const pair = await connectPair({ a: { options }, b: { options } });
    let cancelled = 0;
    const id = await pair.a.session.sendFile(asStream({ onCancel: () => cancelled++ }));
    end(pair, /** @type {string} */ (id));
    await untilTrue(() => cancelled > 0);
    await turn();
    assert.equal(cancelled, 1);
    assert.equal(sendEnds(pair.a)[0]?.error.code ?? '', code);
    pair.a.session.close();
    pair.b.session.close();
  });
}

test('a stream is cancelled when the peer gives it up, and when it ends before all is read', async () => {
  for (const giveUp of [({ b }, id) => b.session.cancelPull(id), ({ a }, id) => a.session.withdraw(id)]) {
    const pair = await connect();
    let cancelled = false;
    const id = await pair.a.session.sendFile(
      asStream({
        piece: 1000,
        onCancel: () => (cancelled = true),
        before: (at) => at > 20_000 && new Promise(() => {}),
      }),
    );
    await untilTrue(() => pair.b.of('progress').length > 0);
    giveUp(pair, id);
    await untilTrue(() => cancelled);
    pair.close();
  }
});

test('of a stream no more is read than the read-ahead and a piece', async () => {
  const { session, peer } = await connectRaw({ options });
  peer.greet({ features: greeting });
  let read = 0;
  const bytes = bytesOf(2 * MiB);
  const piece = 30 * KiB;
  const id = await session.sendFile({
    stream: streamOf(bytes, { piece, before: (at) => void (read = at) }),
    size: bytes.length,
  });
  await turn();
  assert.equal(read, 0, 'nothing before it is pulled');
  peer.say({ type: 'pull-request', transferId: id, credit: 1 });
  for (let turns = 0; turns < 100; turns++) await turn();
  assert.ok(read >= options.readAhead - options.blockSize, `${read} bytes`);
  assert.ok(read <= options.readAhead + 1 + piece, `${read} bytes`);
  session.close();
});

test('a file over 64 MiB is offered at once, hashed while it is sent, and verified', async () => {
  const size = 64 * MiB + 5;
  const block = bytesOf(MiB);
  let read = 0;
  const blob = blobFrom(size, (start, end) => ((read = end), block.subarray(0, end - start)), { step: MiB });
  const pair = await connectPair({ a: { options: { maxFileSize: GiB } }, b: { options: { maxFileSize: GiB } } });
  const id = /** @type {string} */ (await pair.a.session.sendFile(blob));
  await pair.b.untilEvent('offer-file');
  assert.equal(read, 0, 'not a byte was read for it');
  assert.deepEqual(pair.b.offers()[0].hash, '');
  const results = /** @type {any[]} */ ([]);
  pair.b.session.addEventListener('received', ({ file: { hash } }) => results.push(hash));
  let bytes = 0;
  pair.b.session.pullFile(id, { to: { write: (chunk) => void (bytes += chunk.length), finish() {}, abort() {} } });
  await new Promise((resolve) => pair.b.session.addEventListener('transferend', resolve));
  assert.equal(bytes, size);
  const expected = sha256(Buffer.concat([...Array.from({ length: 64 }, () => block), block.subarray(0, 5)]));
  assert.deepEqual([results, pair.b.ends()], [[expected], [[id, 'image']]]);
  const said = pair.link.log.entries.flatMap(({ message }) => (message ? [message] : []));
  assert.deepEqual(
    said.filter(({ type }) => type === 'transfer-end'),
    [{ type: 'transfer-end', transferId: id, hash: expected }],
  );
  assert.ok(!said.some(({ type, hash }) => ['offer-file', 'meta'].includes(type) && hash !== undefined));
  pair.a.session.close();
  pair.b.session.close();
});

test('a file over 64 MiB is hashed first where that is wanted', async () => {
  const size = 64 * MiB + 1;
  const block = new Uint8Array(MiB);
  const blob = blobFrom(size, (start, end) => block.subarray(0, end - start), { step: MiB });
  const party = await connectRaw({ options: { maxFileSize: GiB } });
  party.peer.greet({ features: greeting });
  const id = await party.session.sendFile(blob, { hashFirst: true });
  const [offer] = party.peer.heard('offer-file');
  assert.deepEqual([offer.transferId, offer.hash], [id, sha256(new Uint8Array(size))]);
  party.session.close();
});

for (const [which, greet] of /** @type {[string, (party: any) => void][]} */ ([
  ['a peer that knows no hash that follows', ({ peer }) => peer.greet()],
  ['a classic peer', ({ peer, clock }) => (peer.say({ type: 'ping' }), clock.advance(5000))],
])) {
  test(`towards ${which} a large file is hashed first`, async () => {
    const size = 64 * MiB + 1;
    const block = new Uint8Array(MiB);
    const blob = blobFrom(size, (start, end) => block.subarray(0, end - start), { step: MiB });
    const party = await connectRaw({ options: { maxFileSize: GiB } });
    const offered = party.session.sendFile(blob);
    // It waits to know the peer.
    await untilTrue(() => party.clock.pendingTimers > 0);
    greet(party);
    const id = await offered;
    const [offer] = party.peer.heard('offer-file');
    assert.deepEqual([offer.transferId, offer.hash], [id, sha256(new Uint8Array(size))]);
    assert.deepEqual(sendEnds(party), [], 'no word of the attempt');
    party.session.close();
    assert.equal(party.clock.pendingTimers, 0);
  });

  test(`towards ${which} a stream without its hash is not offered`, async () => {
    const party = await connectRaw();
    let isCancelled = false;
    const offered = party.session.sendFile(asStream({ onCancel: () => (isCancelled = true) }));
    // It waits to know the peer.
    await untilTrue(() => party.clock.pendingTimers > 0);
    greet(party);
    assert.equal(await offered, undefined);
    assert.deepEqual(
      sendEnds(party).map(({ error }) => error.code),
      ['hash-required'],
    );
    assert.deepEqual([party.peer.heard('offer-file'), isCancelled], [[], true]);
    const id = await party.session.sendFile(asStream(), { hash: file.hash });
    assert.deepEqual(party.peer.heard('offer-file')[0].transferId, id, 'with its hash it is');
    party.session.close();
  });
}

test('what a signing session is to sign is offered with its hash', async () => {
  const identity = await makeIdentity();
  const party = await connectRaw({ Session: SignedPeerSession, identity, options: { maxFileSize: GiB } });
  party.peer.greet({ features: greeting });
  assert.equal(await party.session.sendFile(asStream()), undefined);
  assert.deepEqual(
    sendEnds(party).map(({ error }) => error.code),
    ['hash-required'],
  );
  assert.ok(await party.session.sendFile(asStream(), { originalSenderId: 'somebody else' }));
  party.session.close();
});

test('a Blob goes on over another channel, and each byte is hashed once', async () => {
  const pair = await connect({ link: { bytesPerTurn: 20 * KiB, maxMessageSize: 16 * KiB } });
  const { a, b, link, clock } = pair;
  const size = 65 * MiB;
  const block = bytesOf(MiB);
  const blob = new Blob(Array.from({ length: 65 }, () => /** @type {any} */ (block)));
  assert.equal(blob.size, size);
  await a.session.sendFile(blob);
  await untilTrue(() => (b.of('progress').at(-1)?.event.bytes ?? 0) > 200 * KiB);
  link.fail();
  for (let turns = 0; b.settled() === 0; turns++) {
    assert.ok(turns < 20_000, 'it goes on');
    if (turns < 200) clock.advance(100);
    await turn();
  }
  assert.equal(b.of('image')[0]?.blob.fileHash, sha256(Buffer.concat(Array.from({ length: 65 }, () => block))));
  const [, second] = pair.network.connections.flatMap((connection) => connection.link ?? []);
  const said = second?.log.entries.flatMap(({ message }) => message ?? []) ?? [];
  assert.ok(said.find(({ type }) => type === 'meta').offset > 0);
  assert.equal(said.filter(({ type }) => type === 'transfer-end').length, 1);
  pair.close();
});

test('a stream cannot go on over another channel, which both sides are told', async () => {
  const pair = await connect({ link: { bytesPerTurn: 20 * KiB, maxMessageSize: 16 * KiB } });
  const { a, b, link, clock } = pair;
  const id = await a.session.sendFile(asStream());
  await untilTrue(() => (b.of('progress').at(-1)?.event.bytes ?? 0) > 60 * KiB);
  link.fail();
  for (let turns = 0; b.settled() === 0; turns++) {
    assert.ok(turns < 1000, 'it ends');
    clock.advance(100);
    await turn();
    await turn();
  }
  const { error } = await b.untilEnd(id);
  assert.deepEqual([error.code, error.peerReason], ['aborted-by-peer', 'not-resumable']);
  assert.equal(sendEnds(a)[0].error.code, 'not-resumable');
  pair.close();
});

test('positions beyond 4 GiB are read as any others', async () => {
  const size = 5 * GiB + 11;
  const at = 4 * GiB + 12_345;
  const content = (start, end) => Uint8Array.from({ length: end - start }, (_, index) => (start + index) % 251);
  for (const hash of [file.hash]) {
    const party = await connectRaw({ options: { maxFileSize: 8 * GiB, blockSize: 64 * KiB, readAhead: 128 * KiB } });
    party.peer.greet({ features: greeting });
    const id = await party.session.sendFile(blobFrom(size, content), { hash });
    party.peer.say({ type: 'pull-request', transferId: id, offset: at, credit: at + 50_000 });
    const heard = () => party.link.log.entries.filter(({ from, bytes }) => from === 'a' && bytes);
    await untilTrue(() => (party.link.drain('a'), heard().reduce((sum, { bytes }) => sum + bytes.length, 0) >= 50_000));
    assert.deepEqual(
      party.peer.heard('meta').map(({ size: said, offset }) => [said, offset]),
      [[size, at]],
    );
    assert.deepEqual(new Uint8Array(Buffer.concat(heard().map(({ bytes }) => bytes))), content(at, at + 50_000));
    party.session.close();
  }
});

test('files that are hashed first take their turns, so that no more than one is in memory', async () => {
  const { session, peer } = await connectRaw();
  let reading = 0;
  let most = 0;
  const blobs = [1, 2, 3].map((seed) => {
    const { blob } = makeFile(10_000, { seed });
    const read = async (start, end) => {
      most = Math.max(most, ++reading);
      await turn();
      reading--;
      return blob.slice(start, end).arrayBuffer();
    };
    return blobFrom(blob.size, read);
  });
  const ids = await Promise.all(blobs.map((blob) => session.sendFile(blob)));
  assert.equal(new Set(ids).size, 3);
  assert.equal(most, 1);
  assert.equal(peer.heard('offer-file').length, 3);
  session.close();
});

test('a Blob that is never read is given up in time, and the next one gets its turn', async () => {
  const pair = await connect();
  const stuck = pair.a.session.sendFile(blobFrom(1000, () => new Promise(() => {})));
  const next = pair.a.session.sendFile(file.blob);
  await untilTrue(() => pair.clock.pendingTimers > 0);
  pair.clock.advance(10_000);
  assert.equal(await stuck, undefined);
  assert.deepEqual(
    sendEnds(pair.a).map(({ error }) => error.code),
    ['read-timeout'],
  );
  assert.ok(await next);
  pair.close();
});

test('a file whose hash cannot be computed is not offered', async () => {
  const digest = () => Promise.reject(new Error('no digest today'));
  const party = await connectRaw({ options: { digest } });
  assert.equal(await party.session.sendFile(file.blob), undefined);
  const [{ error }] = sendEnds(party);
  assert.deepEqual([error.code, error.cause.message], ['hash-failed', 'no digest today']);
  party.session.close();
});

test('before the channel is open, and after the end, nothing is offered', async () => {
  const party = await connectRaw();
  party.link.fail();
  let isCancelled = false;
  assert.equal(await party.session.sendFile(file.blob, { hash: file.hash }), undefined);
  party.session.close();
  const before = sendEnds(party).length;
  assert.equal(await party.session.sendFile(asStream({ onCancel: () => (isCancelled = true) })), undefined);
  assert.deepEqual([sendEnds(party).length, isCancelled], [before, true]);
});

test('a handle that refuses its file, and what an offer refuses, are told', async () => {
  const party = await connectRaw();
  const refuses = /** @type {any} */ ({
    name: 'x',
    getFile: () => Promise.reject(new DOMException('no', 'NotAllowedError')),
  });
  assert.equal(await party.session.sendFile(refuses), undefined);
  assert.equal(await party.session.sendFile(file.blob, { hash: 'x' }), undefined);
  assert.equal(await party.session.sendFile(file.blob, { hash: '' }), undefined);
  assert.equal(await party.session.sendFile(file.blob, { hash: file.hash, name: 'n'.repeat(1025) }), undefined);
  assert.deepEqual(
    sendEnds(party).map(({ error }) => error.code),
    ['unreadable', 'invalid-hash', 'invalid-hash', 'message-too-long'],
  );
  assert.equal(sendEnds(party)[0].error.cause.name, 'NotAllowedError');
  party.session.close();
});

const used = new ReadableStream();
used.getReader();
for (const [what, source, given, message] of /** @type {[string, any, any, RegExp][]} */ ([
  ['what is no object', 5, undefined, /source must be a Blob, a FileSystemFileHandle or a stream, not 5/],
  ['what can not be read', {}, undefined, /source must be a Blob, not object/],
  ['a stream of unknown size', { stream: new ReadableStream() }, undefined, /source\.size must be a number of bytes/],
  ['a stream of half a byte', { stream: new ReadableStream(), size: 0.5 }, undefined, /source\.size/],
  ['a stream that is none', { stream: {}, size: 1 }, undefined, /source\.stream must be a ReadableStream/],
  ['a stream that is null', { stream: null, size: 1 }, undefined, /source\.stream must be a ReadableStream/],
  [
    'a stream that is in use',
    { stream: used, size: 1 },
    undefined,
    /source\.stream must be a ReadableStream that is not in use/,
  ],
  ['options that are none', file.blob, 5, /given must be an object, not 5/],
  ['a name that is none', file.blob, { name: 5 }, /given\.name must be a string, not 5/],
  ['a ttl that is none', file.blob, { ttl: 'x' }, /given\.ttl must be a finite number, not string/],
])) {
  test(`sendFile takes ${what} for a mistake`, async () => {
    const party = await connectRaw();
    await assert.rejects(party.session.sendFile(source, given), { name: 'TypeError', message });
    assert.deepEqual([sendEnds(party), party.peer.heard('offer-file')], [[], []]);
    party.session.close();
  });
}
