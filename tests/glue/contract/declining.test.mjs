// @ts-check
// What an application says to the other one around an offer: what it attaches, that the file is not wanted, and that it was pulled.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { connectDriven, connectDrivenPair } from '../support/driven.mjs';
import { makeFile } from '../support/files.mjs';
import { connectRaw } from '../support/sessions.mjs';

const file = makeFile(100_000);
const empty = makeFile(0);
const extra = JSON.stringify({ caption: 'Zürich', tags: ['a', 1] });

/** As an application of another class does. */
function offer({ session }, { blob, hash, name }, more = {}) {
  return /** @type {any} */ (session).offerFile(blob, { name, mime: blob.type, hash, isPinned: false, ...more });
}

const offered = ({ log }) => log.until(({ kind, type }) => kind === 'event' && type === 'offer-file');
const pulledBy = ({ news }) => news.entries.map(({ transferId }) => transferId);

function assertNothingHeld({ session }) {
  const { pendingOffers, queuedUploads, unconfirmedUploads } = session.stats;
  assert.deepEqual([pendingOffers, queuedUploads, unconfirmedUploads], [0, 0, 0]);
}

test('what is attached to an offer arrives with it, and not with the file', async () => {
  const { a, b, link } = await connectDrivenPair();
  const transferId = offer(a, file, { extra });
  const { data } = await offered(b);
  assert.deepEqual([data.transferId, data.extra], [transferId, extra]);
  b.session.pullFile(transferId);
  await b.untilSettled(1);
  const [meta] = link.log.entries.flatMap(({ message }) => (message?.type === 'meta' ? [message] : []));
  assert.ok(!('extra' in meta));
  for (const { session } of [a, b]) session.close();
});

test('an offer with too much attached is not made', async () => {
  const party = await connectDriven();
  const transferId = offer(party, file, { extra: `"${'é'.repeat(2048)}"` });
  const { error } = transferId.code ? { error: transferId } : await party.untilEnd(transferId, 'send');
  assert.equal(error.code, 'message-too-long');
  assert.deepEqual(party.peer.heard(), []);
  party.session.close();
});

test('an offer that is declined ends at its sender, with the words of the other application', async () => {
  const { a, b } = await connectDrivenPair();
  const transferId = offer(a, file);
  await offered(b);
  b.driver.decline(transferId, 'Too large for my phone.');
  const { error } = await a.untilEnd(transferId, 'send');
  assert.deepEqual(
    [error.code, error.peerReason, error.peerMessage],
    ['aborted-by-peer', 'declined', 'Too large for my phone.'],
  );
  assertNothingHeld(a);
  assert.deepEqual([a.reports(), b.reports(), pulledBy(a)], [[], [], []]);
  assert.equal(b.settled(), 0, 'nothing was pulled, and nothing ends');
  for (const { session } of [a, b]) session.close();
});

test('an offer may be declined without a word', async () => {
  const { a, b } = await connectDrivenPair();
  const transferId = offer(a, file);
  await offered(b);
  b.driver.decline(transferId, '');
  const { error } = await a.untilEnd(transferId, 'send');
  assert.deepEqual([error.peerReason, error.peerMessage], ['declined', undefined]);
  for (const { session } of [a, b]) session.close();
});

test('what is declined while it is pulled arrives', async () => {
  const { a, b } = await connectDrivenPair();
  const transferId = offer(a, file);
  await offered(b);
  b.session.pullFile(transferId);
  b.driver.decline(transferId, 'No.');
  await b.untilSettled(1);
  assert.deepEqual(b.ends(), [[transferId, 'image']]);
  for (const { session } of [a, b]) session.close();
});

const vectors = JSON.parse(readFileSync(new URL('../../vectors/write.json', import.meta.url), 'utf8')).vectors;
for (const { name, message, text } of vectors.filter((vector) => vector.message.reason === 'declined')) {
  test(`the package says, character by character: ${name}`, async () => {
    const party = await connectDriven();
    party.peer.greet();
    party.peer.offer(file, message.transferId);
    const detail = [message.detail ?? ''].flat().map((piece) => piece.repeat?.repeat?.(piece.times) ?? piece);
    party.driver.decline(message.transferId, detail.join(''));
    const sent = await party.link.log.until(({ from, message: said }) => from === 'a' && !!said);
    assert.equal(sent.text, text);
    party.session.close();
  });
}

test('a classic peer hears nothing of it', async () => {
  const party = await connectDriven();
  party.peer.offer(file, 't1');
  party.driver.decline('t1', 'No.');
  assert.deepEqual(party.peer.heard(), []);
  party.session.close();
});

test('what a stranger says with its cancel is told as it came, or not at all', async () => {
  const party = await connectRaw();
  party.peer.greet();
  const ends = [];
  for (const detail of ['<b>no</b>', 'x'.repeat(257), 5, null]) {
    const transferId = /** @type {string} */ (party.session.sendImage(file.blob, file.hash));
    party.peer.say({ type: 'transfer-cancel', transferId, reason: 'declined', detail });
    const { error } = await party.untilEnd(transferId, 'send');
    ends.push([error.code, error.peerMessage]);
  }
  assert.deepEqual(ends, [
    ['aborted-by-peer', '<b>no</b>'],
    ['aborted-by-peer', undefined],
    ['aborted-by-peer', undefined],
    ['aborted-by-peer', undefined],
  ]);
  assert.deepEqual(party.reports(), []);
  party.session.close();
});

test('that an offer is pulled is told once, before anything of the file', async () => {
  const { a, b } = await connectDrivenPair();
  const ids = [file, empty].map((each) => offer(a, each));
  /** @type {string[][]} */
  const told = [];
  for (const type of ['progress', 'transferend']) a.session.addEventListener(type, () => told.push(pulledBy(a)));
  for (const id of ids) {
    b.session.pullFile(id);
    await a.untilEnd(id, 'send');
  }
  assert.deepEqual(pulledBy(a), ids);
  assert.deepEqual(told[0], [ids[0]]);
  assert.deepEqual(told.at(-1), ids);
  for (const { session } of [a, b]) session.close();
});

test('nobody is told of a pull of what was not offered', async () => {
  const party = await connectDriven();
  party.peer.say({ type: 'pull-request', transferId: 'unknown' });
  assert.deepEqual(pulledBy(party), []);
  party.session.close();
});
