// @ts-check
// A session of the package in the place of either page of the real client: it must say what that page's session said, signal by
// signal and message by message, and tell its application the same.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { PeerSession } from 'peer-session';
import { PeerSession as SignedSession } from 'peer-session/signed';
import { expectedOf, play, readRecording, recordedDigest } from '../support/recording.mjs';
import { makeSession } from '../support/sessions.mjs';

/** @typedef {import('../support/recording.mjs').Part} Part */

const recordings = {
  'class-first': { Session: PeerSession, cast: castFirst },
  'class-signed': { Session: SignedSession, cast: castSigned },
};

for (const [name, { cast }] of Object.entries(recordings)) {
  const entries = readRecording(name);
  for (const side of /** @type {const} */ (['a', 'b'])) {
    test(`${name}: a session says what side ${side} said, and its application hears what that one heard`, async () => {
      /** @type {any} */
      let session;
      const { heard, part, connection } = await play(entries, side, (given) => {
        session = cast(given);
        return session.actor;
      });
      const expected = expectedOf(entries, side);
      const of = (kind) => heard.entries.filter((entry) => entry.kind === kind);
      assert.equal(of('sync-request').length, expected['sync-request']);
      assert.deepEqual(
        of('inventory').map(({ data }) => data),
        expected.inventory,
      );
      assert.deepEqual(
        of('offer-file').map(({ data }) => data),
        expected.offer,
      );
      assert.deepEqual(
        of('file-requested').map(({ hash }) => hash),
        expected['file-requested'],
      );
      assert.deepEqual(
        of('image').map((image) => describeImage(image, part)),
        expected.metas.map((meta) => describeMeta(meta, name, part)),
      );
      assert.deepEqual(of('transfer-error'), []);
      assert.deepEqual(session.party.reports(), []);
      assert.deepEqual(connection.added, connection.expected);
      session.checkVerified?.(expected.metas);
    });
  }
}

function describeImage({ blob, from, isPinned, name, ttl, originalSenderId, info }, { peerId }) {
  const told = info ?? { peerId: from, isPinned, name, ttl, originalSenderId, hash: blob.fileHash };
  assert.equal(told.peerId, peerId);
  return {
    size: blob.size,
    mime: blob.type,
    hash: blob.fileHash,
    told: told.hash,
    name: told.name,
    isPinned: told.isPinned,
    ttl: told.ttl,
    sender: told.originalSenderId,
    signature: told.signature,
    publicKeyBase64: told.publicKeyBase64,
  };
}

/** The first form of the class puts the peer in the place of a sender that was not named. */
function describeMeta({ size, mime, hash, name, isPinned, ttl, originalSenderId, ...more }, recording, { peerId }) {
  const sender = originalSenderId ?? (recording === 'class-first' ? peerId : undefined);
  const { signature, publicKeyBase64 } = more;
  return { size, mime, hash, told: hash, name, isPinned, ttl, sender, signature, publicKeyBase64 };
}

/** @param {Part} part */
function castFirst(part) {
  const party = makeParty(part, { identity: { createdAt: part.createdAt } });
  const { session } = party;
  const offer = async ({ size, mime, hash, isPinned, name, ttl }, meta) => {
    session.sendImage(
      new Blob([new Uint8Array(size)], { type: mime }),
      hash,
      isPinned,
      name,
      ttl,
      meta.originalSenderId,
    );
  };
  return { party, actor: { ...actorOf(session), offer } };
}

/** @param {Part} part */
function castSigned(part) {
  // A page signs its own files; those of others go on with the signature that they came with.
  const own = part.metas.filter(({ originalSenderId }) => originalSenderId === ownId(part));
  const spkiOf = ({ publicKeyBase64 }) => new Uint8Array(Buffer.from(publicKeyBase64, 'base64')).buffer;
  const signatures = own.map(({ signature }) => signature);
  /** @type {any[][]} */
  const verified = [];
  const identity = {
    createdAt: part.createdAt,
    peerId: ownId(part),
    publicKeySpki: spkiOf(own[0]),
    signMetadata: async (name, size, hash, isPinned) => {
      const meta = own[own.length - signatures.length];
      assert.deepEqual([name, size, hash, isPinned], [meta.name, meta.size, meta.hash, meta.isPinned]);
      return signatures.shift();
    },
    importPublicKey: async (spki) => Buffer.from(spki).toString('base64'),
    verifyMetadata: async (...args) => {
      verified.push(args);
      return true;
    },
  };
  const party = makeParty(part, { Session: SignedSession, identity });
  const session = /** @type {SignedSession} */ (/** @type {unknown} */ (party.session));
  const offer = async ({ size, mime, hash, isPinned, name, ttl }, { originalSenderId, signature, publicKeyBase64 }) => {
    const isOwn = originalSenderId === identity.peerId;
    const blob = new Blob([new Uint8Array(size)], { type: mime });
    const relayed = isOwn ? {} : { signature, publicKeyBase64 };
    const result = await session.sendImage(blob, hash, { isPinned, name, ttl, originalSenderId, ...relayed });
    assert.deepEqual(result, { ok: true, value: undefined });
  };
  const checkVerified = (metas) => {
    // Each waits for the hash of its key, and which of those is there first is nobody's promise; files end in their order.
    const inAnyOrder = (calls) => calls.map((call) => JSON.stringify(call)).sort();
    assert.deepEqual(
      inAnyOrder(verified),
      inAnyOrder(
        metas.map((meta) => [
          meta.publicKeyBase64,
          meta.signature,
          meta.name,
          meta.size,
          meta.hash,
          meta.identityCreatedAt,
          meta.isPinned,
        ]),
      ),
    );
    assert.deepEqual(signatures, [], 'every own file was signed');
  };
  return { party, actor: { ...actorOf(session), offer }, checkVerified };
}

/** The id that a page signs for follows from the key of its own files, the first it sent. */
function ownId({ metas }) {
  const [{ publicKeyBase64, originalSenderId }] = metas.filter(({ ttl }) => ttl === 3);
  const id = createHash('sha256').update(Buffer.from(publicKeyBase64, 'base64')).digest('hex').slice(0, 16);
  assert.equal(id, originalSenderId);
  return id;
}

/** @param {Part} part */
function makeParty({ myId, peerId, RTCPeerConnection, clock, heard }, given) {
  const network = /** @type {any} */ ({ RTCPeerConnection, connections: [] });
  const party = makeSession({ network, myId, peerId, clock, options: { digest: recordedDigest }, ...given });
  const { add } = party.log;
  // What the session says is one log, for its owner and for the stage; events go by their own name there.
  party.log.add = (entry) => {
    add.call(party.log, entry);
    heard.add(entry.kind === 'event' ? { ...entry, kind: entry.type } : entry);
  };
  return party;
}

/** @param {any} session */
function actorOf(session) {
  return {
    start: () => session.start(),
    handleSignal: (signal) => session.handleSignal(signal),
    requestSync: () => session.requestSync(),
    sendInventory: (hashes) => session.sendInventory(hashes),
    ping: () => session.sendPing(),
    requestFile: (hash) => session.requestFile(hash),
    pull: (transferId) => session.pullFile(transferId),
    close: () => session.close(),
  };
}
