// @ts-check
// A session whose peer opens lanes and sends on them; the peer is scripted, the engine is not.
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { trapAtNextImport } from '../support/engine-faults.mjs';
import { KiB, makeFile } from '../support/files.mjs';
import { mockSdp } from 'peer-session/testing';
import { connectRaw } from '../support/sessions.mjs';
import { PeerSession } from 'peer-session';

const file = makeFile(200 * KiB);
const features = ['cancel', 'receipt', 'resume', 'credit', 'ack', 'lanes'];

async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The answer of the session for that lane; empty: there is none. */
async function answerFor(party, lane) {
  const { message } = await party.link.log.until(
    (entry) => entry.from === 'a' && entry.message?.type === 'lane' && entry.message.lane === lane,
  );
  return message.answer ?? '';
}

/** A peer of this kind, which has opened lane 1. */
async function connectWithLane(given = {}) {
  const party = await connectRaw(given);
  party.peer.greet({ features });
  const lane = await openLane(party, 1);
  return Object.assign(party, { lane });
}

/** Resolves with the peer's end of it. */
async function openLane(party, number) {
  const far = new party.network.RTCPeerConnection({});
  const channel = far.createDataChannel('peer-session', { ordered: true });
  const offer = await far.createOffer();
  await far.setLocalDescription(offer);
  party.peer.say({ type: 'lane', lane: number, offer: offer.sdp });
  await far.setRemoteDescription({ type: 'answer', sdp: await answerFor(party, number) });
  await settle();
  const { link } = far;
  const say = (...messages) => {
    for (const message of messages) {
      channel.send(message instanceof Uint8Array ? message : JSON.stringify(message));
      link.drain('a');
    }
  };
  return { far, channel, link, say, near: party.network.connections.at(-1) };
}

const segment = (transferId, offset) => ({ type: 'segment', transferId, offset });

/** The peer's file is pulled, and begins on the first channel. */
function begin({ session, peer }) {
  peer.offer(file, 'one');
  session.pullFile('one');
  peer.meta(file, 'one');
  peer.say(file.bytes.subarray(0, 10 * KiB));
}

async function assertArrived(party) {
  await party.untilSettled(1);
  const [image] = party.of('image');
  assert.deepEqual(new Uint8Array(await image.blob.arrayBuffer()), file.bytes);
}

test('a lane of the peer is answered, and counts as open when its channel is', async () => {
  const party = await connectWithLane();
  assert.equal(party.session.stats?.lanes, 1);
  assert.deepEqual(party.lane.near.configuration, party.pc.configuration, 'with the same servers');
  assert.deepEqual(party.reports(), []);
  party.session.close();
});

test('parts of a file come on several channels, in any order, and the file arrives whole', async () => {
  const seen = [];
  const party = await connectWithLane({ options: { onWireMessage: (...message) => seen.push(message) } });
  const { peer, lane } = party;
  begin(party);
  lane.say(segment('one', 100 * KiB), file.bytes.subarray(100 * KiB, 150 * KiB), file.bytes.subarray(150 * KiB));
  peer.say(file.bytes.subarray(10 * KiB, 20 * KiB));
  lane.say(segment('one', 20 * KiB), file.bytes.subarray(20 * KiB, 100 * KiB));
  await assertArrived(party);
  const progress = party.of('progress').map(({ event }) => event.bytes);
  assert.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
    'never less than before',
  );
  assert.equal(progress.at(-1), file.bytes.length);
  const inBytes = seen
    .filter(([direction, message]) => direction === 'in' && message.bytes)
    .map(([, { bytes }]) => bytes);
  assert.deepEqual(
    inBytes.map((bytes) => bytes / KiB),
    [10, 50, 50, 10, 80],
    'whoever watches sees what lanes bring, too',
  );
  party.session.close();
});

test('what a lane brings is acknowledged on it', async () => {
  const party = await connectWithLane();
  begin(party);
  const { lane } = party;
  lane.say(segment('one', 10 * KiB), file.bytes.subarray(10 * KiB, 110 * KiB));
  party.clock.advance(1_000);
  const acks = lane.link.log.entries.filter(({ from, message }) => from === 'b' && message?.type === 'ack');
  assert.equal(acks.at(-1)?.message.received, 100 * KiB);
  party.session.close();
});

test('a lane that ends is closed; the session goes on without it, and the file arrives', async () => {
  const party = await connectWithLane();
  begin(party);
  const { lane, peer } = party;
  lane.say(segment('one', 100 * KiB), file.bytes.subarray(100 * KiB, 120 * KiB));
  lane.link.fail();
  await settle();
  assert.equal(party.session.stats?.lanes, 0);
  assert.equal(lane.near.connectionState, 'closed');
  assert.ok(party.session.isConnected);
  peer.say(file.bytes.subarray(10 * KiB));
  await assertArrived(party);
  party.session.close();
});

for (const [how, end] of /** @type {[string, (party: any) => void][]} */ ([
  ['close()', ({ session }) => session.close()],
  ['the peer leaves', ({ peer, link }) => (peer.say({ type: 'bye' }), link.close())],
  ['the first channel fails', ({ link }) => link.fail()],
])) {
  test(`when ${how} all lanes are closed with the first channel, and nothing of them is left`, async () => {
    const party = await connectWithLane();
    const second = await openLane(party, 2);
    begin(party);
    end(party);
    for (const { near } of [party.lane, second]) {
      assert.equal(near.connectionState, 'closed');
      assert.equal(near.link?.a.listenerCount ?? 0, 0);
    }
    assert.equal(party.lane.link.b.listenerCount + second.link.b.listenerCount, 0);
    party.session.close();
    await settle();
    assert.equal(party.clock.pendingTimers <= 1, true, 'but that of the part that is kept');
  });
}

test('a lane that is offered as the session ends is not made', async () => {
  const party = await connectWithLane();
  const before = party.network.connections.length;
  party.peer.say({ type: 'lane', lane: 2, offer: mockSdp('offer', 0) });
  party.session.close();
  await settle();
  assert.deepEqual(
    party.network.connections.slice(before).map((pc) => pc.connectionState),
    party.network.connections.slice(before).map(() => 'closed'),
  );
});

test('a session that ends while lanes are loaded makes none', async (t) => {
  const Session = await copyOfPackage(t);
  const party = await connectRaw({ Session });
  party.peer.greet({ features });
  party.peer.say({ type: 'lane', lane: 1, offer: mockSdp('offer', 0) });
  party.session.close();
  await settle();
  assert.equal(party.network.connections.length, 2);
});

test('an offer that cannot be taken is answered with none', async () => {
  const party = await connectRaw();
  party.peer.greet({ features });
  party.peer.say({ type: 'lane', lane: 3, offer: 'no description' });
  assert.equal(await answerFor(party, 3), '');
  assert.deepEqual([party.reports(), party.session.stats?.lanes, party.session.isConnected], [[], 0, true]);
  party.session.close();
});

test('where what lanes need is not served, the peer hears that there is none, and files go on', async (t) => {
  const Session = await copyOfPackage(t, { withLanes: false });
  const party = await connectRaw({ Session });
  party.peer.greet({ features });
  party.peer.say({ type: 'lane', lane: 1, offer: mockSdp('offer', 0) });
  assert.equal(await answerFor(party, 1), '');
  begin(party);
  party.peer.say(file.bytes.subarray(10 * KiB));
  await assertArrived(party);
  party.session.close();
});

test('what a lane brings while actions of the session wait for the next turn waits, too, and keeps its order', async () => {
  const party = await connectWithLane();
  begin(party);
  const { lane, link, session } = party;
  // More than the channel takes, so that thousands of messages go out when it has room again.
  for (let count = 0; count < 9_000; count++) session.sendImage(file.blob, file.hash, false, 'n'.repeat(1000));
  link.drain('a', link.a.bufferedAmount - link.a.bufferedAmountLowThreshold);
  const before = party.of('progress').length;
  lane.say(segment('one', 10 * KiB));
  for (let at = 10 * KiB; at < file.bytes.length; at += 10 * KiB) lane.say(file.bytes.subarray(at, at + 10 * KiB));
  assert.equal(party.of('progress').length, before, 'nothing of it is taken yet');
  await assertArrived(party);
  session.close();
});

test('an engine that traps takes its lanes with it', async () => {
  const party = await connectWithLane();
  trapAtNextImport();
  party.peer.say({ type: 'ping' });
  await settle();
  assert.deepEqual([party.of('close').length, party.lane.near.connectionState], [1, 'closed']);
  assert.equal(party.lane.link.b.listenerCount, 0);
});

/** The package once more, so that nothing of it is loaded yet; its class is another one. */
async function copyOfPackage(t, { withLanes = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'lanes-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(new URL('.', import.meta.resolve('peer-session'))), folder, { recursive: true });
  await cp(
    fileURLToPath(new URL('../package.json', import.meta.resolve('peer-session'))),
    join(folder, 'package.json'),
  );
  if (!withLanes) await rm(join(folder, 'lanes.js'));
  const { PeerSession: Copy } = await import(String(pathToFileURL(join(folder, 'index.js'))));
  assert.notEqual(Copy, PeerSession);
  return Copy;
}
