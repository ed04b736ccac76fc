// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSession as ClassicSession } from 'peer-session';
import { PeerSession } from 'peer-session/signed';
import { connectClassic } from './support/classic-peer.mjs';
import { makeFile, unreadableBlob } from './support/files.mjs';
import { idOf, makeIdentity, publicKeyOf, signedFields } from './support/identity.mjs';
import { MockNetwork } from 'peer-session/testing';
import { mockSignal } from './support/mock-signals.mjs';
import { connectPair, connectRaw, makeSession } from './support/sessions.mjs';

const file = makeFile(70_000, { name: 'cat.png' });
const small = makeFile(10, { seed: 2 });
const nothing = makeFile(0);
const [alice, bob, carol] = await Promise.all([makeIdentity(), makeIdentity({ createdAt: 5 }), makeIdentity()]);
const pullsAll = (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId);
const signed = (identity, more = {}) => ({ Session: PeerSession, identity, ...more });
const taker = (identity = bob) => signed(identity, { on: { event: pullsAll } });
const connectSigned = (a = signed(alice), b = taker()) => connectPair({ a, b });

const sendImage = ({ session }, ...args) => /** @type {any} */ (session).sendImage(...args);
const pull = (transferId) => ({ type: 'pull-request', transferId });
const lastOffer = (party) => party.peer.heard('offer-file').at(-1).transferId;
/** Waits for what a real key takes its time for. */
const untilMeta = (party, count = 1) => party.link.log.untilAll(() => party.peer.heard('meta').length >= count);

/** A deferred answer, so that a test decides when. */
function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve: /** @type {Function} */ (resolve), reject: /** @type {Function} */ (reject) };
}

/** One file of a scripted peer, whole; resolves with what onImage was told. */
async function receive(party, fields, of = file, transferId = 't1') {
  party.session.pullFile(transferId);
  party.peer.transfer(of, transferId, { name: of.name, ...fields });
  return (await party.log.until(({ kind }) => kind === 'image')).info;
}

// --- Sending --------------------------------------------------------------------------------------------------------

test('its own file goes out signed, and arrives with its sender', async () => {
  const { a, b, link } = await connectSigned();
  const result = await sendImage(a, file.blob, file.hash, {
    isPinned: true,
    name: 'cat.png',
    ttl: 60,
    originalSenderId: alice.peerId,
  });
  assert.deepEqual(result, { ok: true, value: undefined });
  const image = await b.log.until(({ kind }) => kind === 'image');
  const { message: meta } = await link.log.until(({ message }) => message?.type === 'meta');
  assert.deepEqual(image.info, {
    peerId: 'alice',
    isPinned: true,
    name: 'cat.png',
    ttl: 60,
    originalSenderId: alice.peerId,
    signature: meta.signature,
    publicKeyBase64: publicKeyOf(alice),
    hash: file.hash,
  });
  assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), file.bytes);
  assert.deepEqual([image.blob.type, image.blob.fileHash], ['image/png', file.hash]);
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
});

test('what is signed is what meta says, the name and pinning included', async () => {
  const party = await connectRaw(signed(alice));
  sendImage(party, Object.assign(file.blob.slice(), { fileName: 'katze \ud800.png' }), file.hash, { isPinned: true });
  party.peer.say(pull(lastOffer(party)));
  await untilMeta(party);
  const meta = party.peer.heard('meta')[0];
  const key = await alice.importPublicKey(Buffer.from(meta.publicKeyBase64, 'base64'));
  const said = [meta.name, meta.size, meta.hash, meta.identityCreatedAt, meta.isPinned];
  assert.equal(meta.isPinned, true);
  assert.equal(await alice.verifyMetadata(key, meta.signature, ...said), true);
  assert.equal(meta.originalSenderId, undefined, 'only when given');
  party.session.close();
});

test('the offer is handed over within the call, unsigned, and nothing is signed until it is pulled', async () => {
  let calls = 0;
  const identity = { ...alice, signMetadata: async () => `${++calls}` };
  const party = await connectRaw(signed(identity));
  void sendImage(party, file.blob, file.hash);
  assert.equal(party.peer.heard('offer-file').length, 1);
  assert.deepEqual(Object.keys(party.peer.heard('offer-file')[0]).includes('signature'), false);
  assert.equal(calls, 0);
  party.peer.say(pull(lastOffer(party)));
  assert.equal(calls, 1);
  party.session.close();
});

test('a file of someone else goes on with the signature it came with', async () => {
  const party = await connectRaw(signed({ ...alice, signMetadata: () => assert.fail('not mine to sign') }));
  const theirs = { originalSenderId: carol.peerId, signature: 'dGhlaXJz', publicKeyBase64: publicKeyOf(carol) };
  for (const more of [theirs, { originalSenderId: carol.peerId }]) {
    sendImage(party, small.blob, small.hash, more);
    party.peer.say(pull(lastOffer(party)));
  }
  await untilMeta(party, 2);
  const said = party.peer.heard('meta').map((meta) => [meta.originalSenderId, meta.signature, meta.publicKeyBase64]);
  assert.deepEqual(said, [Object.values(theirs), [carol.peerId, undefined, undefined]]);
  party.session.close();
});

test('its own file that has a signature is not signed again', async () => {
  const party = await connectRaw(signed({ ...alice, signMetadata: () => assert.fail('has one') }));
  sendImage(party, small.blob, small.hash, { signature: 'bWluZQ==', publicKeyBase64: 'a2V5' });
  party.peer.say(pull(lastOffer(party)));
  await untilMeta(party);
  assert.equal(party.peer.heard('meta')[0].signature, 'bWluZQ==');
  party.session.close();
});

test('without a key its files go out unsigned, and nobody is bothered about it', async () => {
  const { a, b, link } = await connectSigned(signed({ ...alice, publicKeySpki: null }));
  await sendImage(a, small.blob, small.hash, { originalSenderId: alice.peerId });
  const { info } = await b.log.until(({ kind }) => kind === 'image');
  assert.deepEqual([info.originalSenderId, info.signature, info.publicKeyBase64], [alice.peerId, undefined, undefined]);
  const { message: meta } = await link.log.until(({ message }) => message?.type === 'meta');
  assert.ok(!('signature' in meta) && !('publicKeyBase64' in meta));
  assert.deepEqual(a.reports(), []);
});

for (const [what, signMetadata] of /** @type {[string, () => any][]} */ ([
  [
    'throws',
    () => {
      throw new Error('locked');
    },
  ],
  ['rejects', () => Promise.reject(new Error('locked'))],
  ['resolves with nothing', async () => undefined],
  ['resolves with an empty text', async () => ''],
  ['resolves with bytes', async () => new Uint8Array(64)],
])) {
  test(`a file whose signMetadata ${what} goes out unsigned, and the failure is told`, async () => {
    const { a, b } = await connectSigned(signed({ ...alice, signMetadata }));
    await sendImage(a, small.blob, small.hash);
    const { info } = await b.log.until(({ kind }) => kind === 'image');
    assert.equal(info.signature, undefined);
    const [{ event }] = a.of('error');
    assert.equal(event.error.code, 'sign-failed');
    assert.ok(event.error.cause instanceof Error);
    assert.equal(event.error.transferId, b.offers()[0].transferId);
    assert.equal(a.of('error').length, 1);
  });
}

test('signing that never ends costs 10 seconds and the signature, and a late one changes nothing', async () => {
  const slow = deferred();
  const party = await connectRaw(signed({ ...alice, signMetadata: () => slow.promise }));
  // Of nothing, so that no read is waited for at the same time.
  sendImage(party, nothing.blob, nothing.hash);
  party.peer.say(pull(lastOffer(party)));
  party.clock.advance(9_999);
  assert.deepEqual(party.peer.heard('meta'), []);
  party.clock.advance(1);
  await untilMeta(party);
  assert.deepEqual([party.peer.heard('meta')[0].signature, party.reports()], [undefined, ['sign-failed']]);
  slow.resolve('bGF0ZQ==');
  await slow.promise;
  assert.equal(party.peer.heard('meta').length, 1);
  party.session.close();
});

test('files go out in the order of the pulls, whichever is signed first', async () => {
  const slow = deferred();
  const first = makeFile(50_000, { seed: 3, name: 'slow' });
  const identity = {
    ...alice,
    signMetadata: async (name, ...rest) => {
      if (name === 'slow') await slow.promise;
      return alice.signMetadata(name, ...rest);
    },
  };
  const { a, b, link } = await connectSigned(signed(identity));
  const named = [first, small, file].map(({ name, ...rest }) => ({ ...rest, name }));
  for (const { blob, hash, name } of named) await sendImage(a, blob, hash, { name, originalSenderId: alice.peerId });
  await b.log.untilAll(() => b.offers().length === 3);
  b.session.sendPing();
  await link.log.until(({ message }) => message?.type === 'pong');
  assert.equal(b.of('image').length, 0);
  slow.resolve();
  await b.untilSettled(3);
  assert.deepEqual(
    b.of('image').map(({ info }) => [info.name, info.originalSenderId]),
    named.map(({ name }) => [name, alice.peerId]),
  );
});

test('signMetadata may call back in: closing within it settles the file, once', async () => {
  let session;
  const signMetadata = () => {
    session.close();
    return Promise.reject(new Error('closed'));
  };
  const party = await connectRaw(signed({ ...alice, signMetadata }));
  session = party.session;
  sendImage(party, small.blob, small.hash);
  party.peer.say(pull(lastOffer(party)));
  await small.blob.arrayBuffer();
  assert.deepEqual(
    party.of('transferend').map(({ event }) => event.error.code),
    ['closed'],
  );
  // Whatever still waited to be said would be said now.
  session.pullFile('late');
  assert.deepEqual([party.reports(), party.clock.pendingTimers], [[], 0]);
});

test('an unreadable file fails alone, signed or not', async () => {
  const { a, b } = await connectSigned();
  await sendImage(a, unreadableBlob(100), small.hash);
  await sendImage(a, small.blob, small.hash, { originalSenderId: alice.peerId });
  await b.untilSettled(2);
  assert.deepEqual(
    b.ends().map(([, end]) => end),
    ['aborted-by-peer', 'image'],
  );
});

// --- Receiving ------------------------------------------------------------------------------------------------------

test('a file of a scripted peer that signs honestly keeps its sender', async () => {
  const party = await connectRaw(signed(bob));
  const info = await receive(party, await signedFields(carol, file));
  assert.deepEqual([info.originalSenderId, info.publicKeyBase64], [carol.peerId, publicKeyOf(carol)]);
  party.session.close();
});

const honest = await signedFields(carol, file);
const tooLong = 'A'.repeat(2049);
for (const [what, lie] of /** @type {[string, any][]} */ ([
  ['a forged signature', { signature: Buffer.alloc(64, 1).toString('base64') }],
  ['a signature of something else', { signature: (await signedFields(carol, small)).signature }],
  ["someone else's id", { originalSenderId: alice.peerId }],
  ["someone else's key", { publicKeyBase64: publicKeyOf(alice) }],
  ['an id in capitals', { originalSenderId: carol.peerId.toUpperCase() }],
  ['an id that is longer', { originalSenderId: `${carol.peerId}0` }],
  ['no id to speak of', { originalSenderId: '' }],
  ['another name', { name: 'dog.png' }],
  ['other pinning', { isPinned: true }],
  ['another date', { identityCreatedAt: 1 }],
  ['no date', { identityCreatedAt: undefined }],
  ['a date of the wrong type', { identityCreatedAt: 'today' }],
  ['a key that is not base64', { publicKeyBase64: '*** no key ***' }],
  ['a key that is none', { publicKeyBase64: 'AAAA', originalSenderId: idOf(new Uint8Array(3)) }],
  ['an empty key', { publicKeyBase64: '' }],
  ['an empty signature', { signature: '' }],
  ['a signature that is not base64', { signature: '%%%' }],
  ['a signature that is too long', { signature: tooLong }],
  ['a key that is too long', { publicKeyBase64: tooLong }],
  ['a signature of the wrong type', { signature: 5 }],
  ['a key of the wrong type', { publicKeyBase64: { key: 1 } }],
])) {
  test(`a file with ${what} arrives without its sender`, async () => {
    const party = await connectRaw(signed(bob));
    const info = await receive(party, { ...honest, ...lie });
    assert.equal(info.originalSenderId, undefined);
    assert.equal(info.hash, file.hash);
    assert.deepEqual([party.reports(), party.settled()], [[], 1]);
    party.session.close();
  });
}

for (const missing of ['originalSenderId', 'signature', 'publicKeyBase64']) {
  test(`without ${missing} there is nothing to check, and everything else is passed on`, async () => {
    const party = await connectRaw(signed({ ...bob, verifyMetadata: () => assert.fail('nothing to check') }));
    const info = await receive(party, { ...honest, [missing]: undefined });
    const expected = { ...honest, identityCreatedAt: undefined, [missing]: undefined };
    for (const field of ['originalSenderId', 'signature', 'publicKeyBase64']) {
      assert.equal(info[field], expected[field]);
    }
    party.session.close();
  });
}

const broken = () => {
  throw new Error('broken');
};
for (const [what, parts] of /** @type {[string, any][]} */ ([
  ['importPublicKey throws', { importPublicKey: broken }],
  ['importPublicKey rejects', { importPublicKey: async () => broken() }],
  ['verifyMetadata throws', { verifyMetadata: broken }],
  ['verifyMetadata rejects', { verifyMetadata: async () => broken() }],
  ['verifyMetadata says no', { verifyMetadata: async () => false }],
  ['verifyMetadata says something else', { verifyMetadata: async () => 'yes' }],
])) {
  test(`when ${what} the file arrives without its sender`, async () => {
    const party = await connectRaw(signed({ ...bob, ...parts }));
    assert.equal((await receive(party, honest)).originalSenderId, undefined);
    party.session.close();
  });
}

test('checking that never ends costs 30 seconds and the sender, and a late answer changes nothing', async () => {
  const asked = deferred();
  const answer = deferred();
  const verifyMetadata = () => {
    asked.resolve();
    return answer.promise;
  };
  const party = await connectRaw(signed({ ...bob, verifyMetadata }));
  const received = receive(party, honest);
  await asked.promise;
  party.clock.advance(29_999);
  assert.equal(party.settled(), 0);
  party.clock.advance(1);
  assert.equal((await received).originalSenderId, undefined);
  answer.resolve(true);
  await answer.promise;
  assert.deepEqual([party.settled(), party.clock.pendingTimers], [1, 0]);
  party.session.close();
});

test('files arrive in the order they were sent, whichever is checked first', async () => {
  const slow = deferred();
  const verifyMetadata = async (...args) => {
    if (args[2] === 'first') await slow.promise;
    return bob.verifyMetadata(.../** @type {Parameters<typeof bob.verifyMetadata>} */ (args));
  };
  const party = await connectRaw(signed({ ...bob, verifyMetadata }));
  const files = ['first', 'second', 'third'].map((name, index) => makeFile(100, { seed: index + 5, name }));
  for (const one of files) {
    party.session.pullFile(one.name);
    party.peer.transfer(one, one.name, await signedFields(carol, one));
  }
  await Promise.all(files.map((one) => signedFields(carol, one)));
  assert.equal(party.settled(), 0);
  slow.resolve();
  await party.untilSettled(3);
  assert.deepEqual(
    party.of('image').map(({ info }) => [info.name, info.originalSenderId]),
    files.map(({ name }) => [name, carol.peerId]),
  );
  party.session.close();
});

test('close while a claim is being checked settles the file once, and nothing is called after', async () => {
  const asked = deferred();
  const answer = deferred();
  const verifyMetadata = () => {
    asked.resolve();
    return answer.promise;
  };
  const party = await connectRaw(signed({ ...bob, verifyMetadata }));
  void receive(party, honest);
  await asked.promise;
  party.session.close();
  answer.resolve(true);
  await answer.promise;
  assert.deepEqual(party.ends(), [['t1', 'closed']]);
  assert.equal(party.settled(), 1);
});

test('content that is not what its hash says fails, however well it is signed', async () => {
  const party = await connectRaw(signed(bob));
  party.session.pullFile('t1');
  party.peer.transfer({ ...file, hash: small.hash }, 't1', await signedFields(carol, { ...file, hash: small.hash }));
  await party.untilSettled(1);
  assert.deepEqual(party.ends(), [['t1', 'hash-mismatch']]);
  party.session.close();
});

// --- Results --------------------------------------------------------------------------------------------------------

test('sendImage tells why a file was not offered', async () => {
  const before = makeSession(signed(alice));
  const notOpen = await sendImage(before, file.blob, file.hash);
  assert.deepEqual([notOpen.ok, notOpen.error.code], [false, 'not-open']);
  const party = await connectRaw(signed(alice));
  const tooLong = await sendImage(party, file.blob, file.hash, { name: 'n'.repeat(1025) });
  assert.deepEqual([tooLong.ok, tooLong.error.code], [false, 'message-too-long']);
  party.link.a.sendFault = new DOMException('full', 'OperationError');
  const failed = await sendImage(party, file.blob, file.hash);
  assert.deepEqual([failed.ok, failed.error.code], [false, 'channel-error']);
  const over = await sendImage(party, file.blob, file.hash);
  assert.deepEqual([over.ok, over.error.code], [false, 'not-open']);
});

for (const [what, args, message] of /** @type {[string, any[], RegExp][]} */ ([
  ['no blob', [], /^blob must be/],
  ['no hash', [file.blob], /^hash must be/],
  ['a name that is none', [file.blob, file.hash, { name: 5 }], /^name must be/],
  ['a ttl that is none', [file.blob, file.hash, { ttl: 'soon' }], /^ttl must be/],
  ['a sender that is none', [file.blob, file.hash, { originalSenderId: {} }], /^originalSenderId must be/],
  ['a signature that is none', [file.blob, file.hash, { signature: 5 }], /^signature must be/],
  ['a key that is none', [file.blob, file.hash, { publicKeyBase64: [] }], /^publicKeyBase64 must be/],
  ['null for options', [file.blob, file.hash, null], /null/],
])) {
  test(`sendImage with ${what} resolves with the TypeError`, async () => {
    const party = await connectRaw(signed(alice));
    const result = await sendImage(party, ...args);
    assert.equal(result.ok, false);
    assert.ok(result.error instanceof TypeError);
    assert.match(result.error.message, message);
    party.session.close();
  });
}

test('start and handleSignal say what came of them', async () => {
  const network = new MockNetwork();
  const good = makeSession(signed(alice, { network }));
  assert.deepEqual(await good.session.start(), { ok: true, value: undefined });
  assert.deepEqual(await good.session.start(), { ok: true, value: undefined }, 'nothing left to do');
  const waiting = makeSession(signed(bob, { network, myId: 'bob', peerId: 'alice' }));
  assert.deepEqual(await waiting.session.start(), { ok: true, value: undefined }, 'not the one to begin');
  const offer = mockSignal('offer', 0);
  assert.deepEqual(await waiting.session.handleSignal(/** @type {any} */ (offer)), { ok: true, value: undefined });

  const failing = makeSession(signed(alice));
  failing.pc.failing.add('createOffer');
  const started = /** @type {any} */ (await failing.session.start());
  assert.deepEqual(
    [started.ok, started.error.code, failing.reports()],
    [false, 'connection-failed', ['connection-failed']],
  );
  const nonsense = /** @type {any} */ (await failing.session.handleSignal(/** @type {any} */ ({ ...offer, sdp: '?' })));
  assert.deepEqual([nonsense.ok, nonsense.error.code], [false, 'signal-failed']);

  failing.session.close();
  for (const result of [failing.session.handleSignal(/** @type {any} */ (offer))]) {
    const { ok, error } = /** @type {any} */ (await result);
    assert.deepEqual([ok, error.code], [false, 'closed']);
  }
});

// --- Arguments ------------------------------------------------------------------------------------------------------

for (const [name, wrong] of /** @type {[string, any][]} */ ([
  ['identity.peerId', ''],
  ['identity.peerId', undefined],
  ['identity.signMetadata', undefined],
  ['identity.importPublicKey', 'key'],
  ['identity.verifyMetadata', null],
])) {
  test(`the constructor names ${name} when it is ${JSON.stringify(wrong)}`, () => {
    const identity = { ...alice, [name.slice('identity.'.length)]: wrong };
    assert.throws(() => makeSession(signed(identity)), { name: 'TypeError', message: new RegExp(`^${name} must be`) });
  });
}

test('the constructor names an identity that is missing', () => {
  assert.throws(() => makeSession(signed(null)), { name: 'TypeError', message: /^identity must be/ });
});

test('callbacks get the session itself', async () => {
  const { a } = await connectSigned();
  assert.ok(a.session instanceof PeerSession);
  assert.equal(a.events('connected')[0].session, a.session);
});

// --- With others ----------------------------------------------------------------------------------------------------

test('it exchanges files with a session of the main entry, both ways', async () => {
  const plain = { Session: ClassicSession, on: { event: pullsAll } };
  const { a, b } = await connectPair({ a: taker(alice), b: plain });
  await sendImage(a, file.blob, file.hash, { name: 'mine', originalSenderId: alice.peerId });
  b.session.sendImage(small.blob, small.hash, true, 'theirs', 60, carol.peerId);
  const [mine, theirs] = await Promise.all([b, a].map((party) => party.log.until(({ kind }) => kind === 'image')));
  assert.deepEqual([mine.name, mine.originalSenderId], ['mine', alice.peerId]);
  assert.deepEqual(theirs.info, {
    peerId: 'bob',
    isPinned: true,
    name: 'theirs',
    ttl: 60,
    originalSenderId: carol.peerId,
    signature: undefined,
    publicKeyBase64: undefined,
    hash: small.hash,
  });
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
});

test('a file without a named sender has none: the peer it came from is not put in its place', async () => {
  const { a, b } = await connectPair({ a: { Session: ClassicSession }, b: taker() });
  a.session.sendImage(small.blob, small.hash);
  const { info } = await b.log.until(({ kind }) => kind === 'image');
  assert.deepEqual([info.peerId, info.originalSenderId], ['alice', undefined]);
});

test('it exchanges files with the class that is out there, both ways', async () => {
  const party = await connectClassic(taker(alice));
  party.classic.offer(file, { isPinned: true, originalSenderId: 'dave' });
  const { info } = await party.log.until(({ kind }) => kind === 'image');
  assert.deepEqual([info.originalSenderId, info.isPinned], ['dave', true]);
  await sendImage(party, small.blob, small.hash);
  const { message } = await party.classic.log.until(({ kind }) => kind === 'offer');
  party.classic.pull(message.transferId);
  const { bytes } = await party.classic.log.until(({ kind }) => kind === 'image');
  assert.deepEqual(new Uint8Array(bytes), small.bytes);
  party.session.close();
});
