// The life of an offer, and of the pull on the other side.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { Transfers } from 'peer-session/transfers';
import { makeFile } from '../support/files.mjs';
import { MockLink } from 'peer-session/testing';
import { connectPair } from '../support/sessions.mjs';
import { asChannel, codeOf, makeOne, makePair, nextIncoming, settleTurns, untilEvent } from '../support/transfers.mjs';

const named = (file) => new File([file.blob], file.name, { type: file.blob.type });

test('an offered file is pulled, arrives whole, and its sender knows that the peer has it', async () => {
  const { a, b } = makePair();
  const file = makeFile(300_000);
  const offer = a.offer(named(file), { extra: { album: 'summer', tags: ['sea', 'ü'] } });
  assert.equal(offer.state, 'preparing');
  const incoming = await nextIncoming(b);
  assert.equal(offer.state, 'offered');
  assert.deepEqual(
    [incoming.id, incoming.name, incoming.size, incoming.mime, incoming.hash, incoming.extra, incoming.state],
    [offer.id, file.name, 300_000, 'image/png', file.hash, { album: 'summer', tags: ['sea', 'ü'] }, 'offered'],
  );
  const pull = incoming.pull();
  assert.deepEqual([incoming.state, pull.state, pull.file], ['pulled', 'waiting', incoming]);
  await offer.pulled;
  const arrived = await pull;
  assert.deepEqual(new Uint8Array(await arrived.arrayBuffer()), file.bytes);
  assert.deepEqual([arrived.name, arrived.type, arrived instanceof File], [file.name, 'image/png', true]);
  await offer.done;
  assert.deepEqual([offer.state, pull.state, incoming.state], ['delivered', 'done', 'received']);
});

test('an offer may be made before there is a channel', async () => {
  const { a, b, link } = makePair({ open: false });
  const offer = a.offer(new Blob(['early']), { name: 'early.txt' });
  await settleTurns();
  assert.deepEqual([offer.state, a.state], ['preparing', 'connecting']);
  link.open();
  const incoming = await nextIncoming(b);
  assert.equal(await (await incoming.pull()).text(), 'early');
  await offer.done;
});

test('files go both ways at once, and empty ones arrive, too', async () => {
  const { a, b } = makePair();
  const there = a.offer(new Blob([]), { name: 'nothing' });
  const back = b.offer(new Blob(['back']));
  const [atB, atA] = await Promise.all([nextIncoming(b), nextIncoming(a)]);
  const [nothing, text] = await Promise.all([atB.pull(), atA.pull()]);
  assert.deepEqual([nothing.size, nothing.name, await text.text()], [0, 'nothing', 'back']);
  await Promise.all([there.pulled, there.done, back.done]);
});

test('a name that a peer says is data, and the file has one that it can be saved under', async () => {
  const { a, b } = makePair();
  a.offer(new Blob(['x']), { name: '../../etc/pass\u202ewd' });
  const incoming = await nextIncoming(b);
  assert.equal(incoming.name, '../../etc/pass\u202ewd');
  const { name } = await incoming.pull();
  assert.ok(!/[/\\\u202e]/.test(name) && name !== '', name);
});

test('a file that was withdrawn before it was pulled is gone on both sides', async () => {
  const { a, b } = makePair();
  const offer = a.offer(new Blob(['x']));
  const incoming = await nextIncoming(b);
  const withdrawn = untilEvent(b, 'offerwithdrawn');
  offer.withdraw();
  offer.withdraw();
  assert.deepEqual(
    [await codeOf(offer.done), await codeOf(offer.pulled), offer.state],
    ['withdrawn', 'withdrawn', 'failed'],
  );
  assert.equal((await withdrawn).transferId, offer.id);
  assert.equal(incoming.state, 'gone');
  await assert.rejects(async () => incoming.pull(), { code: 'aborted-by-peer', peerReason: 'withdrawn' });
});

test('one that is withdrawn while it is hashed is never told to the peer', async () => {
  const { a, link } = makePair();
  const offer = a.offer(new Blob(['never']));
  offer.withdraw();
  assert.equal(await codeOf(offer.done), 'withdrawn');
  await settleTurns();
  assert.deepEqual(link.log.entries, []);
});

test('one that is withdrawn by whoever sees it go out is withdrawn on both sides', async () => {
  /** @type {(() => void) | undefined} */
  let withdraw;
  const onWireMessage = (direction, message) => {
    if (direction === 'out' && String(message).includes('offer-file')) withdraw?.();
  };
  const { a, b } = makePair({ a: { onWireMessage } });
  // Until it has said what it understands, nobody can tell it.
  b.offer(new Blob(['hello']));
  await nextIncoming(a);
  const offer = a.offer(new Blob(['x']));
  withdraw = () => offer.withdraw();
  const gone = untilEvent(b, 'offerwithdrawn');
  assert.equal(await codeOf(offer.done), 'withdrawn');
  assert.equal((await gone).transferId, offer.id);
  assert.equal(a.stats?.pendingOffers, 0);
});

test('where no File can be made, the pull fails and says why', async (t) => {
  const { a, b } = makePair();
  a.offer(new Blob(['x']));
  const incoming = await nextIncoming(b);
  const { File: original } = globalThis;
  t.after(() => (globalThis.File = original));
  globalThis.File = /** @type {any} */ (undefined);
  await assert.rejects(async () => incoming.pull(), { code: 'out-of-memory', transferId: incoming.id });
});

test('what the peer does not confirm is not called delivered', async () => {
  const { transfers, peer, link } = makeOne();
  const offer = transfers.offer(new Blob(['to whom it may concern']));
  await link.log.until(({ message }) => message?.type === 'offer-file');
  link.drain('a');
  peer.say({ type: 'pull-request', transferId: offer.id });
  await offer.pulled;
  await link.log.until(({ bytes }) => bytes !== undefined);
  link.drain('a');
  await assert.rejects(offer.done, { code: 'unconfirmed', transferId: offer.id });
});

test('a peer that declines says so at once, with the words of its application', async () => {
  const { a, b } = makePair();
  const offer = a.offer(new Blob(['spam']));
  const incoming = await nextIncoming(b);
  incoming.decline('no more of these');
  incoming.decline('again');
  assert.equal(incoming.state, 'declined');
  await assert.rejects(offer.done, {
    code: 'aborted-by-peer',
    peerReason: 'declined',
    peerMessage: 'no more of these',
  });
  await assert.rejects(async () => incoming.pull(), { code: 'aborted-by-peer' });
});

test('a file that cannot be read fails on both sides, with the reason', async () => {
  const { a, b } = makePair();
  const broken = new ReadableStream({
    pull() {
      throw new Error('the disk is gone');
    },
  });
  const offer = a.offer({ stream: broken, size: 100, name: 'tape' });
  const pull = (await nextIncoming(b)).pull();
  await assert.rejects(offer.done, { code: 'unreadable' });
  await assert.rejects(() => pull, { code: 'aborted-by-peer', peerReason: 'unreadable' });
  assert.equal(pull.state, 'failed');
});

test('a pull that failed may be made anew, and while there is one it is the same', async () => {
  const { a, b } = makePair({ link: { bytesPerTurn: 1000 } });
  const file = makeFile(200_000);
  a.offer(file.blob);
  const incoming = await nextIncoming(b);
  const first = incoming.pull();
  assert.equal(incoming.pull(), first);
  first.cancel();
  assert.equal(await codeOf(first), 'cancelled');
  assert.deepEqual([first.state, incoming.state], ['failed', 'offered']);
  assert.notEqual(incoming.pull(), first);
});

test('each change of a state is told, with what it is of', async () => {
  const { a, b } = makePair();
  const changes = [];
  for (const side of [a, b]) {
    side.addEventListener('change', ({ item }) => changes.push(`${side === a ? 'a' : 'b'} ${item.state}`));
  }
  const offer = a.offer(new Blob(['x']));
  await (await nextIncoming(b)).pull();
  await offer.done;
  const of = (side) => changes.filter((change) => change.startsWith(side)).map((change) => change.slice(2));
  assert.deepEqual(of('a'), ['preparing', 'offered', 'pulled', 'delivered']);
  assert.deepEqual(of('b'), ['offered', 'pulled', 'waiting', 'receiving', 'received', 'done']);
});

test('the transfers of a session: what is pulled here does not come to onImage, and all else is as it was', async () => {
  const { PeerSession } = await import('peer-session/transfers');
  const { a, b } = await connectPair({ a: { Session: PeerSession }, b: { Session: PeerSession } });
  const there = Transfers.of(b.session);
  assert.equal(Transfers.of(b.session), there);
  const file = makeFile(5_000);
  const ids = [a.session.sendImage(file.blob, file.hash), a.session.sendImage(file.blob, file.hash)];
  const incoming = await nextIncoming(there);
  assert.equal(incoming.id, ids[0]);
  assert.deepEqual(new Uint8Array(await (await incoming.pull()).arrayBuffer()), file.bytes);
  assert.deepEqual([b.of('image').length, b.settled()], [0, 0]);
  b.session.pullFile(ids[1]);
  await b.untilSettled(1);
  assert.deepEqual([b.of('image').length, b.offers().length], [1, 2]);
  const offer = there.offer(new Blob(['from transfers']));
  await a.log.until(
    ({ kind, type, data }) => kind === 'event' && type === 'offer-file' && data.transferId === offer.id,
  );
  a.session.pullFile(offer.id);
  await offer.done;
  assert.equal(await a.of('image')[0].blob.text(), 'from transfers');
  assert.throws(() => Transfers.of(/** @type {any} */ ({})), TypeError);
});

test('a PeerSession on the other side of the channel is a peer like any other', async () => {
  const { PeerSession } = await import('peer-session');
  const link = new MockLink();
  const transfers = new Transfers(asChannel(link.a));
  const images = [];
  const session = new PeerSession(
    'me',
    'you',
    { createdAt: 1 },
    () => {},
    (_blob, _from, _isPinned, name) => images.push(name),
    () => {},
    { canReceiveFrom: () => true },
    (type, self, offer) => {
      if (type === 'offer-file') self.pullFile(offer.transferId);
    },
    undefined,
    undefined,
    undefined,
    { RTCPeerConnection: false },
  );
  session.attach(asChannel(link.b));
  link.open();
  await transfers.offer(new Blob(['x']), { name: 'one.png', extra: { for: 'nobody' } }).done;
  assert.deepEqual(images, ['one.png']);
  const file = makeFile(1_000);
  session.sendImage(file.blob, file.hash);
  const incoming = await nextIncoming(transfers);
  assert.equal(incoming.extra, undefined);
  assert.deepEqual(new Uint8Array(await (await incoming.pull()).arrayBuffer()), file.bytes);
  transfers.close();
});
