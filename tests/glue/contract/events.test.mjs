// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { PeerSessionError } from 'peer-session';
import { hashOf, KiB, makeFile, MiB } from '../support/files.mjs';
import { connectPair, connectRaw } from '../support/sessions.mjs';

test("'open' and 'connected' come once, when the channel opens, with the session", async () => {
  const { a } = await connectPair();
  assert.deepEqual(a.of('open').length, 1);
  assert.deepEqual(
    a.events('connected').map(({ session, data }) => [session === a.session, data]),
    [[true, undefined]],
  );
});

test('both sides see progress grow to the size, and one end', async () => {
  const { a, b } = await connectPair({ link: { bytesPerTurn: 200_000 } });
  const file = makeFile(2 * MiB + 5);
  const id = /** @type {string} */ (a.session.sendImage(file.blob, file.hash));
  b.session.pullFile(id);
  await Promise.all([b.untilSettled(1), a.untilEnd(id, 'send')]);
  for (const [party, direction] of /** @type {const} */ ([
    [a, 'send'],
    [b, 'receive'],
  ])) {
    const progress = party.of('progress').map(({ event }) => event);
    assert.ok(progress.length > 2);
    for (const [index, event] of progress.entries()) {
      assert.deepEqual([event.direction, event.transferId, event.size], [direction, id, 2 * MiB + 5]);
      assert.ok(event.bytes > (progress[index - 1]?.bytes ?? 0));
    }
    assert.equal(progress.at(-1).bytes, 2 * MiB + 5);
    assert.deepEqual(
      party.of('transferend').map(({ event }) => [event.direction, event.transferId, event.outcome, event.error]),
      [[direction, id, 'complete', undefined]],
    );
  }
});

test('a file being sent tells its first progress after one message, and close() in answer leaves it the only one', async () => {
  const { session, peer, link, log } = await connectRaw({ options: { maxMessageSize: 16 * KiB } });
  /** @type {number[]} */
  const told = [];
  session.addEventListener('progress', ({ bytes }) => {
    told.push(bytes);
    session.close();
  });
  const file = makeFile(MiB);
  peer.say({ type: 'pull-request', transferId: session.sendImage(file.blob, file.hash) });
  await log.until(({ kind }) => kind === 'close');
  assert.deepEqual(told, [16 * KiB]);
  assert.deepEqual(
    link.log.entries.flatMap(({ bytes }) => (bytes ? [bytes.length] : [])),
    [16 * KiB],
  );
});

test('small chunks do not flood the page with progress', async () => {
  const party = await connectRaw();
  const file = makeFile(MiB);
  party.session.pullFile('x');
  party.peer.transfer(file, 'x', { chunk: KiB });
  await party.untilSettled(1);
  assert.ok(party.of('progress').length <= 18, String(party.of('progress').length));
});

test('transferend comes just before onImage and onTransferError', async () => {
  const party = await connectRaw();
  const file = makeFile(10);
  for (const id of ['good', 'bad']) party.session.pullFile(id);
  party.peer.transfer(file, 'good');
  party.peer.transfer(file, 'bad', { hash: hashOf('other') });
  await party.untilSettled(2);
  const kinds = party.log.entries.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(-4), ['transferend', 'image', 'transferend', 'transfer-error']);
});

test('errors are typed: an Error with a stable code, a sentence, and the transfer', async () => {
  const party = await connectRaw();
  party.session.pullFile('x');
  party.clock.advance(15_000);
  const { error } = await party.untilEnd('x');
  assert.ok(error instanceof PeerSessionError && error instanceof Error);
  assert.deepEqual([error.name, error.code, error.transferId], ['PeerSessionError', 'pull-timeout', 'x']);
  assert.match(error.message, /^[A-Z].*\.$/);
});

test('without a logger nothing is printed, whatever happens', async (t) => {
  const methods = /** @type {const} */ (['debug', 'info', 'log', 'warn', 'error', 'trace']);
  const printed = methods.map((method) => t.mock.method(console, method, () => {}));
  const party = await connectRaw();
  party.peer.say('garbage', { type: 'ping' });
  party.session.pullFile('x');
  party.clock.advance(15_000);
  await party.session.handleSignal(/** @type {any} */ ({ type: 'offer', sdp: 'nonsense' }));
  party.link.fail();
  assert.deepEqual(party.reports(), ['malformed-message', 'signal-failed']);
  assert.deepEqual(
    printed.map(({ mock }) => mock.callCount()),
    methods.map(() => 0),
  );
});

test('a logger is told, by level, and one that throws disturbs nothing', async () => {
  const lines = [];
  const warn = (message, details) => {
    lines.push([message, details.code]);
    throw new Error('the logger is broken');
  };
  const party = await connectRaw({ options: { logger: { warn } } });
  party.peer.say('garbage');
  party.session.pullFile('x');
  party.clock.advance(15_000);
  assert.deepEqual(
    lines.map(([, code]) => code),
    ['malformed-message', 'pull-timeout'],
  );
  assert.deepEqual(party.ends(), [['x', 'pull-timeout']]);
  party.session.close();
});

test('onWireMessage sees every message, both ways, in order', async () => {
  const seen = [];
  const party = await connectRaw({
    options: { onWireMessage: (direction, message) => seen.push([direction, message]) },
  });
  party.session.pullFile('x');
  party.peer.meta(makeFile(3), 'x');
  party.peer.say(new Uint8Array(3));
  party.session.sendPing();
  assert.deepEqual(
    seen.map(([direction, message]) => [direction, message.bytes ?? JSON.parse(message).type]),
    [
      ['out', 'hello'],
      ['out', 'pull-request'],
      ['in', 'meta'],
      ['in', 3],
      ['out', 'ping'],
    ],
  );
});
