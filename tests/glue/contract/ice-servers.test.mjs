// @ts-check
// Servers that the application is asked for, anew for each connection and each restart of ICE; what else a connection is made with; and
// servers that are of no use.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { PeerSession as InTransfers } from 'peer-session/transfers';
import { load, PeerSession as InLazy } from 'peer-session/lazy';
import { PeerSession as InSigned } from 'peer-session/signed';
import { PeerSession as InWorker } from 'peer-session/worker';
import { MockNetwork, mockSdp, VirtualClock } from 'peer-session/testing';
import { makeIdentity } from '../support/identity.mjs';
import { pass, turn } from '../support/passing-time.mjs';
import { connectPair, connectRaw, makeSession, PeerSession } from '../support/sessions.mjs';

await load({ wasm: readFileSync(new URL('engine.wasm', import.meta.resolve('peer-session'))) });

async function settle() {
  for (let turns = 0; turns < 20; turns++) await turn();
}
const relay = (username) => [{ urls: 'turn:turn.example', username, credential: 'c' }];
const names = (pc) => pc.configuration?.iceServers?.map(({ username }) => username);
const seconds = (count) => count * 1000;
const states = (party) => party.of('statechange').map(({ event }) => event.state);

const signal = (type, more, senderId = 'alice') => ({
  type,
  senderId,
  targetId: senderId === 'alice' ? 'bob' : 'alice',
  ...more,
});

/** Answers with credentials that are numbered by the call. */
function counting({ late = false } = {}) {
  let calls = 0;
  const iceServers = () => {
    calls += 1;
    const answer = relay(String(calls));
    return late ? Promise.resolve(answer) : answer;
  };
  return Object.assign(iceServers, { count: () => calls });
}

/** Answers when the test has it answer. */
function deferred() {
  /** @type {any} */
  const asked = () => new Promise((resolve, reject) => Object.assign(asked, { answer: resolve, fail: reject }));
  return asked;
}

/** Two sessions that have heard each other's hello. */
async function connect(given) {
  const pair = await connectPair(given);
  await settle();
  return pair;
}

// --- Asked ----------------------------------------------------------------------------------------------------------

const entries = /** @type {[string, any, any][]} */ ([
  ['peer-session', PeerSession, undefined],
  ['peer-session/transfers', InTransfers, undefined],
  ['peer-session/lazy', InLazy, undefined],
  ['peer-session/signed', InSigned, await makeIdentity()],
  ['peer-session/worker', InWorker, undefined],
]);

for (const [entry, Session, identity] of entries) {
  const given = { Session, ...(identity && { identity }) };

  test(`${entry}: what the function returns is what the connection is made with, in the same turn`, () => {
    const iceServers = counting();
    const { session, pc } = makeSession({ ...given, iceServers });
    assert.deepEqual(pc.configuration, { iceServers: relay('1') });
    assert.equal(iceServers.count(), 1);
    session.close();
  });

  test(`${entry}: what it promises is waited for`, async () => {
    const iceServers = deferred();
    const party = makeSession({ ...given, iceServers });
    const started = party.session.start();
    await settle();
    assert.deepEqual([party.network.connections, party.of('signal')], [[], []]);
    assert.deepEqual([party.session.state, party.session.isConnectionFailed], ['connecting', false]);
    iceServers.answer(relay('late'));
    await started;
    assert.deepEqual(party.network.connections.map(names), [['late']]);
    assert.equal(party.of('signal')[0].message.type, 'offer');
    assert.deepEqual(party.reports(), []);
    party.session.close();
  });

  test(`${entry}: the rest of the configuration is passed on, and iceServers are what the argument says`, async () => {
    const rtcConfiguration = /** @type {any} */ ({
      iceTransportPolicy: 'relay',
      bundlePolicy: 'max-bundle',
      certificates: [],
      iceCandidatePoolSize: 2,
    });
    for (const iceServers of [relay('1'), counting(), counting({ late: true })]) {
      const { session, network } = makeSession({ ...given, iceServers, options: { rtcConfiguration } });
      await settle();
      const { configuration } = network.connections[0];
      assert.deepEqual(configuration, { ...rtcConfiguration, iceServers: relay('1') });
      session.close();
    }
    const sneaked = { rtcConfiguration: { ...rtcConfiguration, iceServers: relay('sneaked in') } };
    const { session, pc } = makeSession({ ...given, iceServers: [], options: sneaked });
    assert.deepEqual(pc.configuration, { ...rtcConfiguration, iceServers: [] });
    session.close();
  });
}

for (const late of [false, true]) {
  const how = late ? 'promises' : 'returns';

  test(`two sides whose function ${how} their servers connect`, async () => {
    const [ofA, ofB] = [counting({ late }), counting({ late })];
    const { a, b, network } = await connect({ a: { iceServers: ofA }, b: { iceServers: ofB } });
    assert.deepEqual([ofA.count(), ofB.count(), network.connections.length], [1, 1, 2]);
    assert.deepEqual([a.reports(), b.reports()], [[], []]);
  });

  test(`it is asked again for a connection in the place of one that is lost, where it ${how} them`, async () => {
    const pair = await connect({ a: { iceServers: counting({ late }) }, b: { iceServers: counting({ late }) } });
    const { a, b, link, network } = pair;
    link.fail();
    await Promise.all([a, b].map((party) => party.log.untilAll(() => states(party).length > 2)));
    assert.deepEqual([states(a).at(-1), states(b).at(-1)], ['open', 'open']);
    assert.deepEqual(network.connections.map(names), [['1'], ['1'], ['2'], ['2']]);
    assert.ok(network.connections.every(({ calls }) => !calls.includes('setConfiguration')));
  });

  test(`it is asked again before ICE is restarted, by both sides, where it ${how} them`, async () => {
    const pair = await connect({ a: { iceServers: counting({ late }) }, b: { iceServers: counting({ late }) } });
    const { network } = pair;
    const [ofA, ofB] = network.connections;
    const before = [ofA.calls.length, ofB.calls.length];
    for (const pc of network.connections) pc.become('disconnected');
    await pass(pair, seconds(2.5));
    assert.equal(ofA.generation, 1);
    assert.deepEqual(ofA.calls.slice(before[0]).slice(0, 2), ['setConfiguration', 'createOffer']);
    assert.deepEqual(ofB.calls.slice(before[1]).slice(0, 2), ['setConfiguration', 'setRemoteDescription']);
    assert.deepEqual([names(ofA), names(ofB)], [['2'], ['2']]);
    assert.deepEqual([pair.a.reports(), pair.b.reports()], [[], []]);
  });
}

test('servers that were given as they are, are not set again', async () => {
  const pair = await connect({ a: { iceServers: relay('1') }, b: {} });
  for (const pc of pair.network.connections) pc.become('disconnected');
  await pass(pair, seconds(2.5));
  assert.equal(pair.network.connections[0].generation, 1);
  assert.ok(pair.network.connections.every(({ calls }) => !calls.includes('setConfiguration')));
});

test('signals that come while it is asked are taken in their order once there is a connection', async () => {
  const iceServers = deferred();
  const party = makeSession({ myId: 'bob', peerId: 'alice', iceServers });
  const far = new party.network.RTCPeerConnection({});
  const candidate = (number) => ({
    candidate: `candidate:${number} 1 udp 1 192.0.2.9 5000${number} typ host`,
    sdpMid: '0',
  });
  await far.setLocalDescription(await far.createOffer());
  const sdp = /** @type {any} */ (far.localDescription);
  const taken = [
    party.session.handleSignal(signal('candidate', { candidate: candidate(1) })),
    party.session.handleSignal(signal('offer', { sdp })),
    party.session.handleSignal(signal('candidate', { candidate: candidate(2) })),
  ];
  await settle();
  assert.equal(party.network.connections.length, 1);
  iceServers.answer([]);
  await Promise.all(taken);
  const pc = party.network.connections[1];
  assert.deepEqual(
    pc.added.map(({ candidate: text }) => text),
    [candidate(1).candidate, candidate(2).candidate],
  );
  assert.equal(party.of('signal')[0].message.type, 'answer');
  assert.deepEqual(party.reports(), []);
});

test('a session that is closed while it is asked is over at once, and no connection is made', async () => {
  const iceServers = deferred();
  const party = makeSession({ iceServers });
  const started = party.session.start();
  await turn();
  party.session.close();
  await started;
  assert.deepEqual([party.session.state, party.of('close').length], ['closed', 1]);
  iceServers.answer(relay('too late'));
  await settle();
  assert.deepEqual([party.network.connections, party.reports(), party.clock.pendingTimers], [[], [], 0]);
});

test('one that is closed then hears nothing of an answer that fails', async () => {
  const iceServers = deferred();
  const party = makeSession({ iceServers });
  party.session.close();
  iceServers.fail(new Error('too late'));
  await settle();
  assert.deepEqual([party.network.connections, party.reports()], [[], []]);
});

test('without WebRTC the constructor says so before it asks', () => {
  const iceServers = counting({ late: true });
  const make = () => makeSession({ iceServers, options: { RTCPeerConnection: undefined } });
  assert.throws(make, { code: 'webrtc-unavailable' });
});

// --- No answer ------------------------------------------------------------------------------------------------------

const cause = new Error('the server is away');
const failures = /** @type {[string, () => any, RegExp][]} */ ([
  [
    'throws',
    () => {
      throw cause;
    },
    /the server is away/,
  ],
  ['rejects', () => Promise.reject(cause), /the server is away/],
  ['returns nothing', () => undefined, /must be an array of RTCIceServer, not undefined/],
  ['returns no array', () => ({ urls: 'turn:turn.example' }), /must be an array of RTCIceServer, not object/],
  ['promises no objects', async () => ['turn:turn.example'], /\[0\] must be an object, not string/],
]);

for (const [how, iceServers, message] of failures) {
  test(`a function that ${how} is told, and the connection is made without servers`, async () => {
    const { a, b, network } = await connect({ a: { iceServers }, b: { iceServers } });
    for (const party of [a, b]) {
      assert.deepEqual(party.reports(), ['ice-servers-failed']);
      assert.match(party.of('error')[0].event.error.cause.message, message);
    }
    assert.deepEqual(network.connections.map(names), [[], []]);
    assert.equal(a.clock.pendingTimers, b.clock.pendingTimers);
  });
}

test('one that does not answer is waited for five seconds', async () => {
  const clock = new VirtualClock();
  const party = makeSession({ clock, iceServers: deferred() });
  void party.session.start();
  await pass(party, seconds(4.9));
  assert.deepEqual([party.network.connections, party.reports()], [[], []]);
  await pass(party, seconds(0.2));
  assert.deepEqual(party.reports(), ['ice-servers-failed']);
  assert.match(party.of('error')[0].event.error.cause.message, /did not answer in time/);
  assert.deepEqual(party.network.connections.map(names), [[]]);
  await party.log.until(({ kind }) => kind === 'signal');
});

test('where it fails later, the servers of before are used', async () => {
  let calls = 0;
  const iceServers = async () => {
    calls += 1;
    if (calls > 1) throw cause;
    return relay('1');
  };
  const pair = await connect({ a: { iceServers }, b: {} });
  const { a, b, link, network } = pair;
  // The one that did not wait was made first.
  const pc = network.connections[1];
  for (const connection of network.connections) connection.become('disconnected');
  await pass(pair, seconds(2.5));
  assert.equal(pc.generation, 1);
  assert.ok(!pc.calls.includes('setConfiguration'));
  for (const connection of network.connections) connection.become('connected');
  link.fail();
  await Promise.all([a, b].map((party) => party.log.untilAll(() => states(party).length > 2)));
  assert.deepEqual(network.connections.filter((one) => names(one)?.[0] === '1').length, 2);
  assert.deepEqual([a.reports(), states(a).at(-1)], [['ice-servers-failed', 'ice-servers-failed'], 'open']);
});

test('servers that cannot be set before a restart are told, and ICE is restarted all the same', async () => {
  const pair = await connect({ a: { iceServers: counting() }, b: {} });
  const [pc] = pair.network.connections;
  pc.failing.add('setConfiguration');
  for (const connection of pair.network.connections) connection.become('disconnected');
  await pass(pair, seconds(2.5));
  assert.equal(pc.generation, 1);
  assert.deepEqual(pair.a.reports(), ['ice-servers-failed']);
});

test('a connection that cannot be made with what was promised is told once, whatever is asked of it then', async () => {
  const reason = new DOMException('no valid URL', 'SyntaxError');
  const RTCPeerConnection = /** @type {any} */ (
    class {
      constructor() {
        throw reason;
      }
    }
  );
  const party = makeSession({ iceServers: counting({ late: true }), options: { RTCPeerConnection } });
  await party.session.start();
  await party.session.handleSignal(signal('offer', { sdp: { type: 'offer', sdp: mockSdp('offer', 7) } }, 'bob'));
  assert.deepEqual(party.reports(), ['connection-failed']);
  assert.equal(party.of('error')[0].event.error.cause, reason);
  await pass(party, seconds(31));
  assert.deepEqual([party.reports().at(-1), party.session.state], ['connect-timeout', 'closed']);
});

test('one in the place of a lost one that cannot be made is tried again', async () => {
  const network = new MockNetwork();
  let refuses = false;
  class RTCPeerConnection extends /** @type {any} */ (network.RTCPeerConnection) {
    constructor(configuration) {
      if (refuses) throw new Error('refused');
      super(configuration);
    }
  }
  const options = { RTCPeerConnection };
  const given = () => ({ network, iceServers: counting({ late: true }), options });
  const pair = await connect({ a: given(), b: given() });
  const { a, b } = pair;
  refuses = true;
  /** @type {any} */ (network.link).fail();
  await settle();
  assert.deepEqual(a.reports(), ['connection-failed']);
  refuses = false;
  await pass(pair, seconds(7));
  assert.deepEqual([states(a).at(-1), states(b).at(-1)], ['open', 'open']);
});

// --- Lanes ----------------------------------------------------------------------------------------------------------

for (const late of [false, true]) {
  test(`a lane is made with servers of its own asking, and the rest (${late ? 'promised' : 'returned'})`, async () => {
    const rtcConfiguration = /** @type {any} */ ({ iceTransportPolicy: 'relay' });
    const iceServers = counting({ late });
    const party = await connectRaw({ iceServers, options: { rtcConfiguration } });
    party.peer.greet({ features: ['cancel', 'receipt', 'resume', 'credit', 'ack', 'lanes'] });
    const far = new party.network.RTCPeerConnection({});
    far.createDataChannel('peer-session', { ordered: true });
    const offer = await far.createOffer();
    await far.setLocalDescription(offer);
    party.peer.say({ type: 'lane', lane: 1, offer: offer.sdp });
    const isAnswer = (/** @type {any} */ { from, message }) => from === 'a' && message?.type === 'lane';
    assert.ok((await party.link.log.until(isAnswer)).message.answer);
    assert.deepEqual(party.network.connections.at(-1)?.configuration, { ...rtcConfiguration, iceServers: relay('2') });
    party.session.close();
    await settle();
    assert.equal(party.network.connections.at(-1)?.connectionState, 'closed');
  });
}

test('a lane that is closed while its servers are asked for is never made', async () => {
  const iceServers = deferred();
  const party = connectRaw({ iceServers });
  await turn();
  iceServers.answer([]);
  const { session, peer, network } = await party;
  peer.greet({ features: ['cancel', 'receipt', 'resume', 'credit', 'ack', 'lanes'] });
  peer.say({ type: 'lane', lane: 1, offer: mockSdp('offer', 0) });
  await settle();
  session.close();
  const made = network.connections.length;
  iceServers.answer([]);
  await settle();
  assert.equal(network.connections.length, made);
});

// --- Servers that are of no use -------------------------------------------------------------------------------------

const refusal = { errorCode: 401, errorText: 'Unauthorized', url: 'turn:turn.example:3478?transport=udp' };

for (const errorCode of [401, 403, 438]) {
  test(`a TURN server that says ${errorCode} is told, once for each attempt, and ends nothing`, async () => {
    const pair = await connect({ a: { iceServers: counting() }, b: {} });
    const { a, network } = pair;
    const [pc] = network.connections;
    for (let times = 0; times < 3; times++) pc.failServer({ ...refusal, errorCode });
    assert.deepEqual(a.reports(), ['turn-unauthorized']);
    const { error } = a.of('error')[0].event;
    assert.equal(error.cause.message, `turn:turn.example:3478?transport=udp: ${errorCode} Unauthorized`);
    assert.deepEqual([a.session.state, a.session.isConnected], ['open', true]);
    for (const connection of network.connections) connection.become('disconnected');
    await pass(pair, seconds(2.5));
    pc.failServer({ ...refusal, errorCode });
    assert.deepEqual(a.reports(), ['turn-unauthorized', 'turn-unauthorized']);
    a.session.close();
    pc.failServer({ ...refusal, errorCode });
    assert.equal(a.reports().length, 2);
  });
}

test('what says nothing of credentials is for the log', async () => {
  const lines = [];
  const logger = { debug: (...line) => lines.push(line.join(' ')) };
  const { a, network } = await connect({ a: { options: { logger, logLevel: 'debug' } } });
  for (const errorCode of [300, 400, 486, 508, 701]) network.connections[0].failServer({ ...refusal, errorCode });
  assert.deepEqual(a.reports(), []);
  assert.equal(lines.filter((line) => /a server failed.*turn:turn\.example/.test(line)).length, 5);
});

test('a session that does not connect then says what may have kept it from it', async () => {
  const party = makeSession({ iceServers: relay('1') });
  void party.session.start();
  party.pc.failServer(refusal);
  await pass(party, seconds(31));
  assert.deepEqual(party.reports(), ['turn-unauthorized', 'connect-timeout']);
  const [first, last] = party.of('error').map(({ event }) => event.error);
  assert.equal(last.cause, first);
});

test('one that does not connect without such a word has no cause', async () => {
  const party = makeSession();
  void party.session.start();
  await pass(party, seconds(31));
  assert.deepEqual(party.reports(), ['connect-timeout']);
  assert.equal(party.of('error')[0].event.error.cause, undefined);
});
