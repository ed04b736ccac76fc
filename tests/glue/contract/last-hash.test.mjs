// @ts-check
// The peer leaves while the last files are being hashed: every byte is here, so that they are delivered if they are right.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { bytesOf, makeFile } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

const files = [1, 2, 3].map((seed) => makeFile(20_000, { seed }));
const seconds = (count) => count * 1000;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const pullsAll = { event: (type, self, offer) => type === 'offer-file' && self.pullFile(offer.transferId) };

/** The option `digest`, which answers when the test says so. */
function gatedDigest() {
  let open = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(undefined)));
  const digest = async (content) => {
    await gate;
    return crypto.subtle.digest('SHA-256', content);
  };
  return { digest, open: () => open() };
}

const kinds = (party) => party.log.entries.map(({ kind }) => kind);

test('a session that closes when its files are complete loses none of them at the other side', async () => {
  const { digest, open } = gatedDigest();
  const { a, b } = await connectPair({ b: { options: { digest }, on: pullsAll } });
  const ids = files.map(({ blob, hash }) => /** @type {string} */ (a.session.sendImage(blob, hash)));
  while (b.session.stats?.unverifiedFiles !== 3) await turn();
  assert.deepEqual(a.of('transferend'), [], 'nothing is confirmed before it is verified');
  a.session.close();
  while (b.session.isConnected) await turn();
  assert.deepEqual([b.ends(), b.of('close').length, b.session.isConnected], [[], 0, false]);
  open();
  await b.log.until(({ kind }) => kind === 'close');
  assert.deepEqual(
    b.ends(),
    ids.map((id) => [id, 'image']),
  );
  assert.deepEqual(
    kinds(b).slice(-7),
    [...Array(3).fill(['transferend', 'image']).flat(), 'close'],
    'close comes last',
  );
  for (const [index, { blob }] of b.of('image').entries()) {
    assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), files[index].bytes);
  }
});

for (const [what, end, code] of /** @type {[string, (party: any) => void, string][]} */ ([
  ['closes', ({ link }) => link.close(), 'closed'],
  ['fails', ({ link }) => link.fail(), 'channel-error'],
  ['is lost with its connection', ({ pc }) => pc.become('failed'), 'channel-error'],
])) {
  test(`a channel that ${what} ends all but what is whole, and that by its hash`, async () => {
    const { digest, open } = gatedDigest();
    // Else one timer is left: that of the running file, which may be wanted again.
    const party = await connectRaw({ options: { digest, partialStore: false } });
    const { session, peer } = party;
    for (const id of ['right', 'wrong', 'running', 'waiting']) session.pullFile(id);
    peer.transfer(files[0], 'right');
    peer.meta(files[1], 'wrong');
    peer.say(bytesOf(20_000, 99));
    peer.meta(files[2], 'running');
    peer.say(files[2].bytes.subarray(0, 19_999));
    end(party);
    assert.deepEqual(party.ends(), [
      ['running', code],
      ['waiting', code],
    ]);
    assert.equal(party.of('close').length, 0);
    // There is nothing to wait for but a hash: an owner that prunes failed sessions, or makes the next one, need not wait.
    assert.deepEqual([session.isConnected, session.isConnectionFailed], [false, true]);
    assert.equal(party.pc.connectionState, 'closed');
    open();
    await party.log.until(({ kind }) => kind === 'close');
    assert.deepEqual(party.ends().slice(2), [
      ['right', 'image'],
      ['wrong', 'hash-mismatch'],
    ]);
    assert.deepEqual([session.stats, party.clock.pendingTimers, party.link.a.listenerCount], [undefined, 0, 0]);
  });
}

test('while the last hash is computed the session is not connected, and what is asked of it ends at once', async () => {
  const { digest, open } = gatedDigest();
  const party = await connectRaw({ options: { digest } });
  const { session, peer, link } = party;
  session.pullFile('x');
  peer.transfer(files[0], 'x');
  link.close();
  assert.equal(session.isConnected, false);
  assert.equal(session.sendImage(files[1].blob, files[1].hash), undefined);
  session.pullFile('late');
  session.requestSync();
  session.sendPing();
  assert.deepEqual(party.ends(), [['late', 'not-open']]);
  open();
  await party.untilSettled(2);
  assert.deepEqual(party.ends()[1], ['x', 'image']);
});

test('a hash that never comes ends with its deadline, and the session with it', async () => {
  const party = await connectRaw({ options: { digest: () => new Promise(() => {}) } });
  party.session.pullFile('x');
  party.peer.transfer(files[0], 'x');
  party.link.close();
  party.clock.advance(seconds(30) - 1);
  assert.deepEqual([party.ends(), party.of('close').length], [[], 0]);
  party.clock.advance(1);
  assert.deepEqual([party.ends(), party.of('close').length, party.clock.pendingTimers], [[['x', 'hash-failed']], 1, 0]);
});

test('close() on this side does not wait: what is not verified ends as closed, also after the channel did', async () => {
  for (const closesFirst of [false, true]) {
    const { digest, open } = gatedDigest();
    const party = await connectRaw({ options: { digest } });
    party.session.pullFile('x');
    party.peer.transfer(files[0], 'x');
    if (closesFirst) party.link.close();
    party.session.close();
    assert.deepEqual([party.ends(), party.of('close').length], [[['x', 'closed']], 1]);
    open();
    await turn();
    await turn();
    assert.equal(party.settled(), 1);
  }
});

test('a classic peer that leaves when it has sent everything leaves everything', async () => {
  const { digest, open } = gatedDigest();
  const party = await connectClassic({ options: { digest }, on: pullsAll });
  const { classic, link } = party;
  const ids = files.map((file) => classic.offer(file));
  await classic.log.untilAll(() => classic.of('sent').length === 3);
  while (link.b.hasQueued) await turn();
  link.close();
  open();
  await party.log.until(({ kind }) => kind === 'close');
  assert.deepEqual(
    party.ends(),
    ids.map((id) => [id, 'image']),
  );
});
