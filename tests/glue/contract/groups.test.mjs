// @ts-check
// Sessions that share a `network` object, or another that their options name: their application hears of each content once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';
import { VirtualClock } from 'peer-session/testing';

const file = makeFile(3000);

/** Sessions of one application, and what it heard of all of them, in order. */
async function connectMany(count, { options = /** @type {any} */ ({}), on = {} } = {}) {
  const clock = new VirtualClock();
  const owner = {};
  const heard = /** @type {string[]} */ ([]);
  const parties = [];
  for (let index = 0; index < count; index++) {
    const party = await connectRaw({ clock, owner, options, on, peerId: `peer-${index}` });
    const { add } = party.log;
    party.log.add = (entry) => {
      add.call(party.log, entry);
      if (entry.type === 'offer-file') heard.push(`offer ${entry.data.transferId}`);
      if (entry.kind === 'image') heard.push(`image of ${entry.from}`);
      if (entry.kind === 'transfer-error') heard.push(`error ${entry.transferId}`);
    };
    parties.push(party);
  }
  const close = () => parties.forEach((party) => party.session.close());
  return { parties, clock, heard, close };
}

test('a content that three peers offer is announced once, and nobody else is asked for it', async () => {
  const { parties, heard, close } = await connectMany(3);
  parties.forEach((party, index) => party.peer.offer(file, `from-${index}`));
  assert.deepEqual(heard, ['offer from-0']);
  parties[0].session.pullFile('from-0');
  parties[1].session.requestFile(file.hash);
  parties[0].peer.transfer(file, 'from-0');
  await parties[0].untilSettled(1);
  parties[2].peer.offer(file, 'again');
  assert.deepEqual(heard, ['offer from-0', 'image of peer-0']);
  assert.deepEqual([parties[1].peer.heard(), parties[2].peer.heard()], [[], []]);
  close();
});

test('a source that fails ends its pull, and then the next one is announced', async () => {
  const { parties, heard, close } = await connectMany(2);
  parties.forEach((party, index) => party.peer.offer(file, `from-${index}`));
  parties[0].session.pullFile('from-0');
  parties[0].peer.say({ type: 'transfer-abort', transferId: 'from-0', reason: 'unreadable' });
  assert.deepEqual(heard, ['offer from-0', 'error from-0', 'offer from-1']);
  parties[1].session.pullFile('from-1');
  parties[1].peer.transfer(file, 'from-1');
  await parties[1].untilSettled(1);
  assert.deepEqual(heard.slice(3), ['image of peer-1']);
  close();
});

for (const [how, end] of /** @type {[string, (party: any) => void][]} */ ([
  ['is closed', (party) => party.session.close()],
  ['loses its peer', (party) => party.link.close()],
])) {
  test(`a session that ${how} ends its pulls, and then the next source of each is announced`, async () => {
    const { parties, heard, close } = await connectMany(3);
    parties[0].peer.offer(file, 'a');
    parties[0].session.pullFile('a');
    const other = makeFile(10, { seed: 2 });
    parties[0].peer.offer(other, 'b');
    parties[1].peer.offer(file, 'c');
    parties[2].peer.offer(other, 'd');
    end(parties[0]);
    await parties[0].log.until(({ kind }) => kind === 'close');
    assert.deepEqual(heard, ['offer a', 'offer b', 'error a', ...heard.slice(3)]);
    assert.deepEqual(heard.slice(3).sort(), ['offer c', 'offer d']);
    close();
  });
}

test('a thousand pulls that end at once are all told before the next sources are announced', async () => {
  const { parties, heard, close } = await connectMany(2);
  const files = Array.from({ length: 1000 }, (_, index) => makeFile(1, { seed: index }));
  // Contents of one byte repeat.
  const hashes = files.map((_, index) => index.toString(16).padStart(64, '0'));
  for (const [index, one] of files.entries()) {
    parties[0].peer.offer({ ...one, hash: hashes[index] }, `a-${index}`);
    parties[0].session.pullFile(`a-${index}`);
    parties[1].peer.offer({ ...one, hash: hashes[index] }, `b-${index}`);
  }
  parties[0].link.close();
  await parties[1].log.untilAll(() => parties[1].offers().length >= files.length);
  const firstOffer = heard.indexOf('offer b-0');
  assert.equal(heard.filter((entry) => entry.startsWith('error')).length, files.length);
  assert.ok(heard.every((entry, at) => !entry.startsWith('error') || at < firstOffer));
  close();
});

test('an offer that brings a pin is announced, whatever is known of its content', async () => {
  const { parties, heard, close } = await connectMany(3);
  parties[0].peer.offer(file, 'a');
  parties[1].peer.offer(file, 'b', { isPinned: true });
  parties[2].peer.offer(file, 'c', { isPinned: true });
  assert.deepEqual(heard, ['offer a', 'offer b']);
  close();
});

test('what a peer has is not offered to it: the offer ends as one that nobody pulled', async () => {
  const { parties, clock, close } = await connectMany(2);
  const [{ session, peer, untilEnd }] = parties.map((party) => ({ ...party, untilEnd: party.untilEnd.bind(party) }));
  peer.offer(file, 'a');
  const id = session.sendImage(file.blob, file.hash);
  assert.match(String(id), /^[0-9a-f]{32}$/);
  assert.deepEqual([peer.heard(), session.stats?.pendingOffers], [[], 1]);
  clock.advance(5 * 60_000);
  assert.equal((await untilEnd(id, 'send')).error.code, 'offer-expired');
  session.sendImage(file.blob, file.hash);
  assert.equal(peer.heard('offer-file').length, 1, 'it may have lost it since');
  peer.offer(file, 'b');
  peer.say({ type: 'request-file', hash: file.hash });
  session.sendImage(file.blob, file.hash);
  assert.equal(peer.heard('offer-file').length, 2, 'it asks for it');
  close();
});

test('a request waits for an offer that is on its way, and goes out when none comes', async () => {
  const { parties, clock, close } = await connectMany(2);
  parties[0].session.requestFile(file.hash);
  assert.deepEqual(parties[0].peer.heard(), []);
  clock.advance(1000);
  assert.deepEqual(parties[0].peer.heard(), [{ type: 'request-file', hash: file.hash }]);
  close();
});

test('a peer that is silent for ten seconds loses its pull to another that has the file, and is told', async () => {
  const { parties, heard, clock, close } = await connectMany(2);
  parties[0].peer.greet();
  parties.forEach((party, index) => party.peer.offer(file, `from-${index}`));
  parties[0].session.pullFile('from-0');
  clock.advance(9_900);
  assert.deepEqual(heard, ['offer from-0']);
  clock.advance(5_000);
  assert.deepEqual(heard, ['offer from-0', 'error from-0', 'offer from-1']);
  assert.deepEqual(parties[0].ends(), [['from-0', 'pull-timeout']]);
  assert.deepEqual(parties[0].peer.heard('transfer-cancel'), [
    { type: 'transfer-cancel', transferId: 'from-0', reason: 'pull-timeout' },
  ]);
  close();
});

test('likewise a classic peer, which would not understand it and is not told', async () => {
  const { parties, heard, clock, close } = await connectMany(2);
  parties.forEach((party, index) => party.peer.offer(file, `from-${index}`));
  parties[0].session.pullFile('from-0');
  clock.advance(15_000);
  assert.deepEqual(heard, ['offer from-0', 'error from-0', 'offer from-1']);
  assert.deepEqual(parties[0].peer.heard(), [{ type: 'pull-request', transferId: 'from-0' }]);
  close();
});

for (const group of [false, null]) {
  test(`with the option group: ${group}, everything is announced and sent`, async () => {
    const { parties, heard, close } = await connectMany(2, { options: { group } });
    parties.forEach((party, index) => party.peer.offer(file, `from-${index}`));
    parties[0].session.requestFile(file.hash);
    parties[0].session.sendImage(file.blob, file.hash);
    assert.deepEqual(heard, ['offer from-0', 'offer from-1']);
    assert.deepEqual(
      parties[0].peer.heard().map(({ type }) => type),
      ['request-file', 'offer-file'],
    );
    close();
  });
}

test('the option group names another object than the network', async () => {
  const group = {};
  const one = await connectMany(2, { options: { group } });
  const other = await connectMany(1, { options: { group } });
  one.parties[0].peer.offer(file, 'a');
  one.parties[1].peer.offer(file, 'b');
  other.parties[0].peer.offer(file, 'c');
  assert.deepEqual([one.heard, other.heard], [['offer a'], []]);
  one.close();
  other.close();
});

test('sessions of two applications know nothing of each other, and one session alone announces everything', async () => {
  const one = await connectMany(1);
  const other = await connectMany(1);
  for (const { parties } of [one, other]) parties[0].peer.offer(file, 'a');
  one.parties[0].peer.offer(file, 'b');
  assert.deepEqual([one.heard, other.heard], [['offer a', 'offer b'], ['offer a']]);
  one.close();
  other.close();
});

test('a callback that closes the next source while it is about to be announced', async () => {
  const { parties, heard, close } = await connectMany(3, {
    on: { transferError: () => parties[1].session.close() },
  });
  parties.forEach((party, index) => party.peer.offer(file, `from-${index}`));
  parties[0].session.pullFile('from-0');
  parties[0].peer.say({ type: 'transfer-abort', transferId: 'from-0', reason: 'unreadable' });
  assert.deepEqual(heard, ['offer from-0', 'error from-0', 'offer from-2']);
  close();
});
