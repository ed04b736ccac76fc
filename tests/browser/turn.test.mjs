// A relay with short-lived credentials, between pages that may use no other way: coturn, with what the demo's server makes for it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TurnServer } from '../support/turn-server.mjs';
import { turnCredentials } from '../../web-demo/server/turn.mjs';
import { assertExactlyOnce, bench, joinPages, limit, openTestPage } from './bench.mjs';

const context = bench({ before, after });
const MB = 1_000_000;
const relayOnly = { rtcConfiguration: { iceTransportPolicy: 'relay' } };

/** Notes what it was asked for: credentials of that life, each for another name. */
function asking(turn, ttlSeconds = 600) {
  const given = [];
  return Object.assign(
    () => {
      const { secret, url } = turn;
      const { iceServers } = turnCredentials({ secret, urls: [url], ttlSeconds, id: `page-${given.length}` });
      given.push(iceServers[0]);
      return iceServers;
    },
    { given },
  );
}

/** A page that keeps what connections it has made. */
async function openNotingPage(t) {
  const page = await openTestPage(t, context);
  await page.evaluate(() => {
    const connections = [];
    globalThis.connections = connections;
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration) {
        super(configuration);
        connections.push(this);
      }
    };
  });
  return page;
}

/** Of each connection, what kind of path it has chosen, from this side, and the user of its servers. */
function pathsOf({ page }) {
  return page.evaluate(() =>
    Promise.all(
      globalThis.connections
        .filter(({ connectionState }) => connectionState === 'connected')
        .map(async (pc) => {
          const stats = await pc.getStats();
          const transport = [...stats.values()].find(({ type }) => type === 'transport');
          const pair = stats.get(transport.selectedCandidatePairId);
          const type = stats.get(pair.localCandidateId).candidateType;
          return { type, username: pc.getConfiguration().iceServers[0].username };
        }),
    ),
  );
}

async function join(t, servers, options, carry = {}) {
  const pages = [await openNotingPage(t), await openNotingPage(t)];
  return joinPages(pages, { options, servers, carry, right: { pullsEachOffer: true } });
}

async function moveFile(pair, seed) {
  await pair.left.share([{ seed, size: 3 * MB }]);
  await pair.right.untilOffered(seed);
  await pair.right.untilSettled();
  const report = await pair.right.report();
  assert.deepEqual(assertExactlyOnce(report, 'right'), Array(seed).fill('image'));
  return report;
}

test('a file goes through the relay, and by no other way', limit, async (t) => {
  const turn = await TurnServer.for(t);
  const servers = { left: asking(turn), right: asking(turn) };
  const pair = await join(t, servers, relayOnly);
  await pair.connect();
  const { errors } = await moveFile(pair, 1);
  assert.deepEqual(errors, []);
  for (const side of ['left', 'right']) {
    const [first] = await pathsOf(pair[side]);
    assert.deepEqual(first, { type: 'relay', username: servers[side].given[0].username });
  }
});

test('credentials that have expired are told by their code, and no path is found without them', limit, async (t) => {
  const turn = await TurnServer.for(t);
  const servers = { left: asking(turn, -60), right: asking(turn) };
  const pair = await join(t, servers, relayOnly);
  await Promise.all([pair.left.start(), pair.right.start()]);
  await pair.left.until((party) => party.errors.length > 0);
  const { errors, states } = await pair.left.report();
  assert.match(errors[0], /^turn-unauthorized: Error: turn:127\.0\.0\.1:\d+\?transport=udp: 401 /);
  assert.deepEqual([errors.length, states], [1, []]);
});

test('where there is another way, the session goes that way, and it is told all the same', limit, async (t) => {
  const turn = await TurnServer.for(t);
  // A browser asks no server any more when it has connected: so the offer waits until it has asked.
  let tell;
  const isTold = new Promise((resolve) => (tell = resolve));
  const carry = {
    async left(signal) {
      await isTold;
      return signal;
    },
  };
  const pair = await join(t, { left: asking(turn, -60), right: asking(turn, -60) }, {}, carry);
  const connected = pair.connect();
  await pair.left.until(({ errors }) => errors.length > 0);
  tell();
  await connected;
  await moveFile(pair, 1);
  const { errors, states } = await pair.left.report();
  assert.deepEqual([errors.map((error) => error.split(':')[0]), states], [['turn-unauthorized'], ['open']]);
});

test(
  'a relay that comes back with another secret is used again, with credentials that were asked for then',
  limit,
  async (t) => {
    const turn = await TurnServer.for(t);
    const servers = { left: asking(turn), right: asking(turn) };
    const pair = await join(t, servers, { ...relayOnly, maxLanes: 0 });
    await pair.connect();
    await moveFile(pair, 1);
    await turn.stop();
    await turn.start('another secret');
    await moveFile(pair, 2);
    for (const side of ['left', 'right']) {
      const { given } = servers[side];
      assert.ok(given.length > 1, `${side} was asked ${given.length} times`);
      const paths = await pathsOf(pair[side]);
      assert.deepEqual(paths, [{ type: 'relay', username: given.at(-1).username }]);
      const { states } = await pair[side].report();
      t.diagnostic(`${side}: ${states.join(', ')}; asked ${given.length} times`);
    }
  },
);

test('certificates are kept when servers are set anew, and so is the rest', limit, async (t) => {
  const page = await openNotingPage(t);
  const kept = await page.evaluate(async () => {
    const { PeerSession } = await import('peer-session');
    const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
    const nothing = () => {};
    const errors = [];
    const sides = new Map();
    let asked = 0;
    for (const [self, peer] of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const session = new PeerSession(
        ...[self, peer, { createdAt: 1 }, (signal) => void sides.get(peer).handleSignal(signal), nothing, nothing],
        ...[{ canReceiveFrom: () => true }, nothing, nothing, undefined],
        async () => [{ urls: `stun:127.0.0.1:${10_000 + asked++}` }],
        { rtcConfiguration: { certificates: [certificate], bundlePolicy: 'max-bundle', iceCandidatePoolSize: 1 } },
      );
      session.addEventListener('error', ({ error }) => errors.push(`${error.code}: ${error.cause}`));
      sides.set(self, session);
    }
    const opened = [...sides.values()].map(
      (session) => new Promise((resolve) => session.addEventListener('open', resolve)),
    );
    for (const session of sides.values()) void session.start();
    await Promise.all(opened);
    // As a browser says it where the path is away.
    const [pc] = globalThis.connections;
    Object.defineProperty(pc, 'connectionState', { get: () => 'disconnected', configurable: true });
    const restarted = new Promise((resolve) => pc.addEventListener('signalingstatechange', resolve));
    pc.dispatchEvent(new Event('connectionstatechange'));
    await restarted;
    const { bundlePolicy, iceCandidatePoolSize, iceServers } = pc.getConfiguration();
    const [{ value }] = certificate.getFingerprints();
    const isKept = pc.localDescription.sdp.toLowerCase().includes(value.toLowerCase());
    return { isKept, bundlePolicy, iceCandidatePoolSize, urls: iceServers[0].urls, asked, errors };
  });
  assert.ok(kept.asked >= 3);
  assert.ok(!['stun:127.0.0.1:10000', 'stun:127.0.0.1:10001'].includes([kept.urls].flat()[0]), kept.urls);
  assert.deepEqual(
    [kept.isKept, kept.bundlePolicy, kept.iceCandidatePoolSize, kept.errors],
    [true, 'max-bundle', 1, []],
  );
});
