// @ts-check
// A channel that was transferred to a Worker delivers messages before it says that it is open (Chromium). One that comes from the peer
// says that it is open before anything can be sent on it (Chromium, too).
import assert from 'node:assert/strict';
import test from 'node:test';
import { hashOf } from '../support/files.mjs';
import { MockLink } from 'peer-session/testing';
import { makeSession } from '../support/sessions.mjs';

const offer = (transferId) =>
  JSON.stringify({ type: 'offer-file', transferId, name: 'a.png', size: 3, mime: 'image/png', hash: hashOf('h') });

/** A session whose channel has been announced and delivers what the peer said, but is not open yet. */
function makeEarly(given = {}) {
  const link = new MockLink();
  const party = makeSession(given);
  party.pc.announce(link.a);
  const say = (data) => link.a.dispatchEvent(new MessageEvent('message', { data }));
  return Object.assign(party, { link, say });
}

test('what comes before the channel opens is heard once it is open, in order', () => {
  const party = makeEarly({
    on: { event: (type, session, data) => type === 'offer-file' && session.pullFile(data.transferId) },
  });
  for (const id of ['first', 'second']) party.say(offer(id));
  assert.deepEqual(party.of('event'), []);

  party.link.open();
  assert.deepEqual(
    party.of('event').map(({ type, data }) => data?.transferId ?? type),
    ['connected', 'first', 'second'],
  );
  assert.deepEqual(
    party.link.log.entries.map(({ message }) => [message.type, message.transferId]),
    [
      ['pull-request', 'first'],
      ['pull-request', 'second'],
    ],
  );
  assert.deepEqual(party.settled(), 0);
  party.session.close();
});

test('a session closed before its channel opens hears nothing of it', () => {
  const party = makeEarly();
  party.say(offer('late'));
  party.session.close();
  party.link.open();
  assert.deepEqual(party.of('event'), []);
});

const mib = 1024 * 1024;
for (const [name, message, count] of /** @type {const} */ ([
  ['long messages', 'x'.repeat(mib), 16],
  ['empty messages', '', (16 * mib) / 64 + 1],
  ['binary messages', new ArrayBuffer(mib), 16],
])) {
  test(`${name} without end before the channel opens end the session`, () => {
    const party = makeEarly();
    for (let said = 1; said < count; said += 1) party.say(message);
    assert.equal(party.of('close').length, 0);
    party.say(message);
    assert.equal(party.of('close').length, 1);
  });
}

test('what comes before the channel opens does not open it, whatever its browser is being asked', () => {
  const link = new MockLink();
  const party = makeSession();
  Object.assign(party.pc, { getStats: () => new Promise(() => {}) });
  party.pc.announce(link.a);
  const say = (data) => link.a.dispatchEvent(new MessageEvent('message', { data }));
  say(offer('early'));
  assert.deepEqual([party.of('event'), link.greetings.entries], [[], []]);
  link.open();
  say(offer('late'));
  const heard = party.of('event').map(({ type, data }) => data?.transferId ?? type);
  assert.deepEqual([heard, party.session.isConnected], [['connected', 'early', 'late'], true]);
});

/** A session whose channel came from the peer and calls itself open, in a browser that is still opening it. */
function makeHandedOver() {
  const link = new MockLink();
  const party = makeSession();
  /** @type {(report?: unknown) => void} */
  let settle = () => {};
  const asked = new Promise((resolve) => (settle = resolve));
  Object.assign(party.pc, { getStats: () => asked });
  link.open();
  party.pc.announce(link.a);
  // As Chromium tells it, within the task of the channel's own event.
  link.a.dispatchEvent(new Event('open'));
  const greeted = () => link.greetings.entries.map(({ message }) => message.type);
  return Object.assign(party, { link, settle, greeted });
}

test('nothing is said on a channel of the peer before the browser has answered a question of this side', async () => {
  const party = makeHandedOver();
  assert.deepEqual(party.greeted(), []);
  assert.deepEqual(party.of('event'), []);
  assert.equal(party.session.isConnected, false);
  party.session.pullFile('too-early');
  assert.deepEqual(
    party.of('transfer-error').map(({ transferId }) => transferId),
    ['too-early'],
  );

  party.settle();
  await party.log.until(({ kind }) => kind === 'open');
  assert.deepEqual(party.greeted(), ['hello']);
  assert.equal(party.session.isConnected, true);
  party.session.close();
});

test('what comes on a channel of the peer shows that it is open', () => {
  const party = makeHandedOver();
  party.link.a.dispatchEvent(new MessageEvent('message', { data: offer('first') }));
  assert.deepEqual(
    party.of('event').map(({ type, data }) => data?.transferId ?? type),
    ['connected', 'first'],
  );
  party.settle();
  assert.deepEqual(party.greeted(), ['hello']);
  party.session.close();
});

test('a channel of the peer that closes before it could be used ends the session', async () => {
  const party = makeHandedOver();
  party.link.close();
  party.settle();
  await party.log.until(({ kind }) => kind === 'close');
  assert.deepEqual(party.greeted(), []);
});

test('a browser that throws when it is asked, or answers nothing, hinders nothing', async () => {
  for (const getStats of [() => undefined, () => assert.fail('no statistics')]) {
    const link = new MockLink();
    const party = makeSession();
    Object.assign(party.pc, { getStats });
    link.open();
    party.pc.announce(link.a);
    await party.log.until(({ kind }) => kind === 'open');
    party.session.close();
  }
});

test('a browser that cannot answer hinders nothing', async () => {
  const party = makeHandedOver();
  party.settle(Promise.reject(new Error('no statistics')));
  await party.log.until(({ kind }) => kind === 'open');
  party.session.close();
});
