// Channels that the application brings itself, to a session that makes no connection.
// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from '../support/files.mjs';
import { MockLink, MockNetwork, VirtualClock } from 'peer-session/testing';
import { makeSession } from '../support/sessions.mjs';

/** @param {any} given */
function makeOne(given) {
  const { options, ...more } = given;
  return makeSession({ ...more, options: { RTCPeerConnection: /** @type {const} */ (false), ...options } });
}

/** Two sessions without a connection, and the link that is theirs at first. */
async function attachPair({ a = {}, b = {}, link: linkOptions = {} } = {}) {
  const clock = new VirtualClock();
  const link = new MockLink(linkOptions);
  const parties = {
    a: makeOne({ clock, myId: 'alice', peerId: 'bob', ...a }),
    b: makeOne({ clock, myId: 'bob', peerId: 'alice', ...b }),
  };
  attachBoth(parties, link);
  await Promise.all([parties.a.untilEvent('connected'), parties.b.untilEvent('connected')]);
  return { ...parties, link, clock };
}

function attachBoth({ a, b }, link) {
  a.session.attach(link.a, { maxMessageSize: link.maxMessageSize });
  b.session.attach(link.b, { maxMessageSize: link.maxMessageSize });
  link.open();
}

/** @param {any} channel */
const asChannel = (channel) => /** @type {RTCDataChannel} */ (channel);

const states = (party) => party.of('statechange').map(({ event }) => event.state);

test('two sessions that make no connection exchange files over a channel they were brought', async () => {
  const { a, b } = await attachPair();
  const file = makeFile(100_000);
  const id = a.session.sendImage(file.blob, file.hash);
  await b.untilEvent('offer-file');
  b.session.pullFile(id);
  assert.equal((await b.untilEnd(id)).error, undefined);
  assert.deepEqual([a.network.connections.length, a.of('signal'), a.reports()], [0, [], []], 'nobody was signalled');
});

test('a channel that is lost, and another one: what was under way goes on, and no byte comes twice', async () => {
  let came = 0;
  const onWireMessage = (direction, message) => {
    if (direction === 'in') came += message.bytes ?? 0;
  };
  const { a, b, link } = await attachPair({
    link: { bytesPerTurn: 8_000, maxMessageSize: 16_000 },
    b: { options: { onWireMessage } },
  });
  const file = makeFile(500_000);
  const id = a.session.sendImage(file.blob, file.hash);
  await b.untilEvent('offer-file');
  b.session.pullFile(id);
  await b.log.until(({ kind, event }) => kind === 'progress' && event.bytes > 100_000);
  link.fail();
  assert.deepEqual(
    [states(a), states(b)].map((each) => each.at(-1)),
    ['interrupted', 'interrupted'],
  );
  const next = new MockLink({ maxMessageSize: 16_000 });
  attachBoth({ a, b }, next);
  assert.equal((await b.untilEnd(id)).error, undefined);
  assert.deepEqual(states(b), ['open', 'interrupted', 'open']);
  assert.equal(came, file.bytes.length);
  assert.deepEqual([a.reports(), b.reports()], [[], []]);
});

test('no other one within recoveryTimeout: the session ends, and all is settled', async () => {
  const { a, b, link, clock } = await attachPair({ link: { bytesPerTurn: 8_000, maxMessageSize: 16_000 } });
  const file = makeFile(500_000);
  const id = a.session.sendImage(file.blob, file.hash);
  await b.untilEvent('offer-file');
  b.session.pullFile(id);
  await b.log.until(({ kind }) => kind === 'progress');
  link.fail();
  clock.advance(60_000);
  assert.deepEqual([b.ends(), states(b).at(-1)], [[[id, 'channel-error']], 'closed']);
  const late = new MockLink();
  late.open();
  b.session.attach(asChannel(late.b));
  assert.equal(late.b.readyState, 'closing', 'one that comes too late is closed');
});

test('a second channel beside one that works is closed, and changes nothing', async () => {
  const { a, b } = await attachPair();
  const second = new MockLink();
  second.open();
  a.session.attach(asChannel(second.a));
  assert.deepEqual([second.a.readyState, a.session.isConnected, b.session.isConnected], ['closing', true, true]);
});

test('start waits for a channel, for as long as for a connection; a signal is reported', async () => {
  const party = makeOne({});
  await party.session.start();
  await party.session.handleSignal({ type: 'offer', senderId: 'bob', targetId: 'alice', sdp: 'v=0' });
  assert.deepEqual(party.reports(), ['signal-failed']);
  party.clock.advance(30_000);
  assert.deepEqual([party.reports().at(-1), party.session.state], ['connect-timeout', 'closed']);
});

test('without a limit, messages are of 64 KiB at the most', async () => {
  const clock = new VirtualClock();
  const link = new MockLink();
  const a = makeOne({ clock });
  const b = makeOne({ clock, myId: 'bob', peerId: 'alice' });
  a.session.attach(asChannel(link.a));
  b.session.attach(asChannel(link.b));
  link.open();
  await Promise.all([a.untilEvent('connected'), b.untilEvent('connected')]);
  const file = makeFile(1_000_000);
  const id = a.session.sendImage(file.blob, file.hash);
  await b.untilEvent('offer-file');
  b.session.pullFile(id);
  await b.untilEnd(id);
  const sizes = link.log.entries.map(({ bytes }) => bytes?.length ?? 0);
  assert.equal(Math.max(...sizes), 64 * 1024);
});

for (const [what, channel, given] of /** @type {[string, any, any][]} */ ([
  ['nothing', undefined, undefined],
  ['what cannot send', new EventTarget(), undefined],
  ['an unordered channel', Object.assign(new MockLink().a, { ordered: false }), undefined],
  ['one that gives up', Object.assign(new MockLink().a, { maxRetransmits: 0 }), undefined],
  ['one that gives up in time', Object.assign(new MockLink().a, { maxPacketLifeTime: 100 }), undefined],
  ['a limit that is none', new MockLink().a, { maxMessageSize: 0 }],
  ['a limit alone', new MockLink().a, 262144],
])) {
  test(`attach of ${what} throws a TypeError, and nothing has happened`, () => {
    const { session, log } = makeOne({});
    assert.throws(() => session.attach(channel, given), TypeError);
    assert.deepEqual([log.entries, session.state], [[], 'connecting']);
  });
}

test('a session that makes its connection takes no other channel', () => {
  const { session, network } = makeSession({ network: new MockNetwork() });
  assert.throws(() => session.attach(asChannel(new MockLink().a)), TypeError);
  assert.equal(network.connections.length, 1);
});
