// @ts-check
// Values of another realm or another making do as well as this realm's own; what cannot be used ends or is reported.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { load, PeerSession as LazySession } from 'peer-session/lazy';
import { PeerSession as SignedSession } from 'peer-session/signed';
import { makeFile } from '../support/files.mjs';
import { afterTurns } from '../support/fuse.mjs';
import { makeIdentity } from '../support/identity.mjs';
import { connectPair, connectRaw, makeSession } from '../support/sessions.mjs';

const elsewhere = runInNewContext('({ ArrayBuffer, Array, DataView, Error, Promise, Uint8Array, WebAssembly })');
const file = makeFile(100_000);

function foreignBytes(bytes) {
  const foreign = new elsewhere.Uint8Array(bytes.length);
  foreign.set(bytes);
  assert.ok(!(foreign instanceof Uint8Array) && !(foreign.buffer instanceof ArrayBuffer));
  return foreign;
}

// --- Messages -------------------------------------------------------------------------------------------------------

for (const [what, make] of /** @type {[string, (bytes: Uint8Array) => any][]} */ ([
  ['an ArrayBuffer of another realm', (bytes) => foreignBytes(bytes).buffer],
  ['a typed array of another realm', (bytes) => foreignBytes(bytes)],
  ['a DataView of another realm', (bytes) => new elsewhere.DataView(foreignBytes(bytes).buffer)],
  ['a Buffer of Node', (bytes) => Buffer.from(bytes)],
  ['a typed array of this realm', (bytes) => new Uint8Array(bytes)],
])) {
  for (const chunk of [10_000, file.bytes.length]) {
    test(`bytes that come as ${what}, ${chunk} at a time, are the file's`, async () => {
      const party = await connectRaw();
      party.session.pullFile('x');
      party.peer.meta(file, 'x');
      for (let start = 0; start < file.bytes.length; start += chunk) {
        const data = make(file.bytes.subarray(start, start + chunk));
        party.link.a.dispatchEvent(new MessageEvent('message', { data }));
        // Its owner may use the memory again; an ArrayBuffer is given away.
        if (ArrayBuffer.isView(data)) new Uint8Array(data.buffer, data.byteOffset, data.byteLength).fill(0);
      }
      await party.untilSettled(1);
      assert.deepEqual(party.ends(), [['x', 'image']]);
      assert.deepEqual(new Uint8Array(await party.of('image')[0].blob.arrayBuffer()), file.bytes);
      party.session.close();
    });
  }
}

// --- Blobs ----------------------------------------------------------------------------------------------------------

/** A Blob of another making: `make` gives what its stream brings, and its promises are of another realm. */
function blobBringing(make, step = 30_000) {
  const read = (at) => ({ done: at >= file.bytes.length, value: make(file.bytes.subarray(at, at + step)) });
  return {
    size: file.bytes.length,
    type: 'image/png',
    arrayBuffer: () => elsewhere.Promise.resolve(make(file.bytes)),
    stream: () => {
      let at = -step;
      return {
        getReader: () => ({
          read: () => elsewhere.Promise.resolve(read((at += step))),
          cancel: () => elsewhere.Promise.resolve(),
        }),
      };
    },
  };
}

const pulls = { event: (type, session, data) => type === 'offer-file' && session.pullFile(data.transferId) };

for (const [how, blockSize] of /** @type {const} */ ([
  ['in one block', 4_000_000],
  ['in several', 40_000],
])) {
  for (const [what, make] of /** @type {[string, (bytes: Uint8Array) => any][]} */ ([
    ['typed arrays of another realm', foreignBytes],
    ['ArrayBuffers of another realm', (bytes) => foreignBytes(bytes).buffer],
    ['Buffers of Node', (bytes) => Buffer.from(bytes)],
  ])) {
    test(`a Blob that brings ${what} is sent ${how}`, async () => {
      const { a, b } = await connectPair({ a: { options: { blockSize } }, b: { on: pulls } });
      a.session.sendImage(/** @type {any} */ (blobBringing(make)), file.hash);
      await b.untilSettled(1);
      assert.deepEqual(new Uint8Array(await b.of('image')[0].blob.arrayBuffer()), file.bytes);
      a.session.close();
    });
  }

  test(`a Blob that brings text instead of bytes ends as unreadable, and says so, ${how}`, async () => {
    const { a, b } = await connectPair({ a: { options: { blockSize } }, b: { on: pulls } });
    const id = a.session.sendImage(/** @type {any} */ (blobBringing(() => 'text')), file.hash);
    const { error } = await a.untilEnd(id, 'send');
    assert.deepEqual([error.code, error.cause.name], ['unreadable', 'TypeError']);
    await b.untilSettled(1);
    assert.deepEqual(b.ends(), [[id, 'aborted-by-peer']]);
    a.session.close();
  });
}

test('a Blob without a type has none', async () => {
  const { session, peer } = await connectRaw();
  const { type, ...blob } = blobBringing(foreignBytes);
  session.sendImage(/** @type {any} */ (blob), file.hash);
  assert.equal(peer.heard('offer-file')[0].mime, '');
  assert.ok(type);
  session.close();
});

const broken = new Error('cannot cancel');
for (const [what, cancel] of /** @type {[string, () => any][]} */ ([
  ['throws', () => raise(broken)],
  ['rejects', () => Promise.reject(broken)],
  ['rejects in another realm', () => elsewhere.Promise.reject(broken)],
  ['returns nothing', () => undefined],
])) {
  test(`a Blob whose stream ${what} on cancel() ends nothing`, async () => {
    const { a, b } = await connectPair({ a: { options: { blockSize: 40_000 } }, b: { on: pulls } });
    const blob = blobBringing(foreignBytes);
    const { stream } = blob;
    blob.stream = () => {
      const reader = stream().getReader();
      return { getReader: () => ({ ...reader, cancel }) };
    };
    a.session.sendImage(/** @type {any} */ (blob), file.hash);
    await b.untilSettled(1);
    a.session.sendImage(file.blob, file.hash);
    await b.untilSettled(2);
    await afterTurns(2);
    assert.deepEqual([a.reports(), b.ends().map(([, end]) => end)], [[], ['image', 'image']]);
    a.session.close();
  });
}

// --- Promises -------------------------------------------------------------------------------------------------------

const reason = new Error('the callback is broken');
const rejections = /** @type {[string, () => any][]} */ ([
  ['a promise', () => Promise.reject(reason)],
  ['a promise of another realm', () => elsewhere.Promise.reject(reason)],
  ['an object with then()', () => ({ then: (_, reject) => reject(reason) })],
  ['a function with then()', () => Object.assign(() => {}, { then: (_, reject) => reject(reason) })],
  ['an object whose then() throws', () => ({ then: () => raise(reason) })],
  ['an object whose then cannot be read', () => Object.defineProperty({}, 'then', { get: () => raise(reason) })],
]);

function raise(error) {
  throw error;
}

// An unhandled rejection fails the test by itself.
for (const [what, rejecting] of rejections) {
  for (const callback of ['image', 'transferError', 'event', 'fileRequested', 'mayReceive']) {
    test(`${what} that ${callback} returns and rejects is reported`, async () => {
      const party = await connectRaw({ on: { [callback]: rejecting } });
      for (const id of ['good', 'bad']) party.session.pullFile(id);
      party.peer.say({ type: 'sync-request' }, { type: 'request-file', hash: file.hash });
      party.peer.transfer(file, 'good');
      party.peer.transfer(file, 'bad', { hash: '0'.repeat(64) });
      await party.untilSettled(2);
      await afterTurns(2);
      const causes = party.of('error').map(({ event }) => [event.error.code, event.error.cause]);
      assert.ok(causes.length > 0);
      for (const each of causes) assert.deepEqual(each, ['callback-failed', reason]);
      party.session.close();
    });
  }

  test(`${what} that sendSignal returns and rejects is reported`, async () => {
    const party = makeSession({ on: { signal: rejecting } });
    await party.session.start();
    await afterTurns(2);
    const causes = party.of('error').map(({ event }) => [event.error.code, event.error.cause]);
    assert.ok(causes.length > 0);
    for (const each of causes) assert.deepEqual(each, ['send-signal-failed', reason]);
    party.session.close();
  });

  test(`${what} that onWireMessage returns and rejects is reported`, async () => {
    const party = await connectRaw({ options: { onWireMessage: rejecting } });
    party.session.sendPing();
    await afterTurns(2);
    assert.ok(party.reports().includes('callback-failed'));
    assert.ok(party.session.isConnected);
    party.session.close();
  });

  test(`${what} that a logger returns and rejects disturbs nothing`, async () => {
    const logger = { debug: rejecting, info: rejecting, warn: rejecting };
    const party = await connectRaw({ options: { logger, logLevel: 'debug' } });
    party.session.sendPing();
    await afterTurns(2);
    assert.deepEqual(party.reports(), []);
    party.session.close();
  });

  test(`${what} that digest returns and rejects ends the file, with its cause`, async () => {
    const party = await connectRaw({ options: { digest: rejecting } });
    party.session.pullFile('x');
    party.peer.transfer(file, 'x');
    const { error } = await party.untilEnd('x');
    assert.deepEqual(
      [error.code, error.cause],
      ['hash-failed', what.includes('cannot be read') ? reason : error.cause],
    );
    assert.equal(error.cause, reason);
    party.session.close();
  });

  for (const method of ['signMetadata', 'importPublicKey', 'verifyMetadata']) {
    test(`${what} that ${method} returns and rejects leaves the file, unsigned`, async () => {
      const [good, bad] = await Promise.all([makeIdentity(), makeIdentity()]);
      bad[method] = rejecting;
      const signs = method === 'signMetadata';
      const party = (identity) => ({ Session: SignedSession, identity, on: pulls });
      const { a, b } = await connectPair({ a: party(signs ? bad : good), b: party(signs ? good : bad) });
      const { peerId } = signs ? bad : good;
      await /** @type {any} */ (a.session).sendImage(file.blob, file.hash, { originalSenderId: peerId });
      await b.untilSettled(1);
      const [{ info }] = b.of('image');
      assert.deepEqual([info.originalSenderId, info.signature === undefined], [signs ? peerId : undefined, signs]);
      const causes = a.of('error').map(({ event }) => [event.error.code, event.error.cause]);
      assert.deepEqual(causes, signs ? [['sign-failed', reason]] : []);
      a.session.close();
    });
  }
}

for (const [what, make] of /** @type {[string, (hash: ArrayBuffer) => any][]} */ ([
  ['an ArrayBuffer of another realm', (hash) => foreignBytes(new Uint8Array(hash)).buffer],
  ['a typed array of another realm', (hash) => foreignBytes(new Uint8Array(hash))],
  ['a Buffer', (hash) => Buffer.from(hash)],
])) {
  test(`a digest may resolve with ${what}, in a promise of another realm`, async () => {
    const digest = (content) => elsewhere.Promise.resolve(crypto.subtle.digest('SHA-256', content).then(make));
    const party = await connectRaw({ options: { digest } });
    party.session.pullFile('x');
    party.peer.transfer(file, 'x');
    await party.untilSettled(1);
    assert.deepEqual(party.ends(), [['x', 'image']]);
    party.session.close();
  });
}

for (const value of ['text', 32, undefined, { byteLength: 32 }]) {
  test(`a digest that resolves with ${JSON.stringify(value)} has failed, and says why`, async () => {
    const party = await connectRaw({ options: { digest: async () => /** @type {any} */ (value) } });
    party.session.pullFile('x');
    party.peer.transfer(file, 'x');
    const { error } = await party.untilEnd('x');
    assert.deepEqual([error.code, error.cause.name], ['hash-failed', 'TypeError']);
    party.session.close();
  });
}

// --- The rest -------------------------------------------------------------------------------------------------------

test('an array of another realm lists hashes, and so does one of a class of its own', async () => {
  const { session, peer } = await connectRaw();
  class Odd extends Array {}
  const species = class {
    constructor() {
      throw new Error('no more of these');
    }
  };
  Object.defineProperty(Odd, Symbol.species, { value: species });
  session.sendInventory(elsewhere.Array.of(file.hash));
  session.sendInventory(Odd.of(file.hash));
  assert.deepEqual(
    peer.heard('inventory').map(({ hashes }) => hashes),
    [[file.hash], [file.hash]],
  );
  session.close();
});

test('load() takes a compiled module of another realm', async () => {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve('peer-session/engine.wasm')));
  await load({ wasm: new elsewhere.WebAssembly.Module(foreignBytes(bytes)) });
  const { session } = makeSession({ Session: LazySession });
  session.close();
});
