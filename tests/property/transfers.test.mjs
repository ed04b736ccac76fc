// @ts-check
// Random pulls, sizes, faults and ends on two sessions of the built package; what is judged is the wire itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { transfersOf } from '../glue/support/wire-log.mjs';
import { runScenario } from './run-scenario.mjs';
import { scenario } from './scenario.mjs';

const other = (side) => (side === 'a' ? 'b' : 'a');
const sides = /** @type {const} */ (['a', 'b']);

/** More by `PROPERTY_RUNS=5000 node --test tests/property`. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1000);
/** A failure prints seed and path: `PROPERTY_SEED=… PROPERTY_PATH=…` replays it. */
const replay = process.env.PROPERTY_SEED
  ? { seed: Number(process.env.PROPERTY_SEED), path: process.env.PROPERTY_PATH ?? '' }
  : {};

function eachByteOnceInPullOrder(world, side) {
  const { entries } = world.link.log;
  const transfers = transfersOf(entries, side);
  for (const { transferId, bytes, received } of transfers) {
    const sent = bytes.subarray(0, received);
    const { file } = world.offered.get(transferId);
    assert.ok(Buffer.from(sent).equals(file.bytes.subarray(0, received)), `the bytes of ${transferId}`);
  }
  const dealtWith = entries
    .filter(({ from, message }) => from === side && ['meta', 'transfer-abort'].includes(message?.type))
    .map(({ message }) => message.transferId)
    .filter((id, index, all) => id !== all[index - 1]);
  assert.equal(new Set(dealtWith).size, dealtWith.length, 'an offer is sent once');
  const asked = entries
    .filter(({ from, message }) => from === other(side) && message?.type === 'pull-request')
    .map(({ message }) => message.transferId);
  const firstAsked = [...new Set(asked)].filter((id) => dealtWith.includes(id));
  assert.deepEqual(dealtWith, firstAsked, 'in pull order');
}

function neverOverfull(world, side) {
  for (const { from, bytes, buffered } of world.link.log.entries) {
    if (from === side && bytes) assert.ok(buffered < world.options.highWaterMark, 'sent into a full channel');
  }
}

function settledExactlyOnce(world, side) {
  const party = world.parties[side];
  assert.deepEqual(Object.fromEntries(world.ends(side)), Object.fromEntries(world.pulls[side]));
  const called = party.of('transferend').filter(({ event }) => event.direction === 'receive').length;
  assert.equal(party.settled(), called, 'one callback for each end');
}

function nothingLeft(world, side) {
  const { stats } = world.parties[side].session;
  if (!stats) return;
  const { pendingOffers, queuedUploads, waitingPulls, unverifiedFiles, outboxBytes } = stats;
  assert.deepEqual([pendingOffers, queuedUploads, waitingPulls, unverifiedFiles, outboxBytes], [0, 0, 0, 0, 0]);
}

/** What this side called complete has reached the other, whatever becomes of this side afterwards. */
function nothingLostThatWasComplete(world, side) {
  // What is underway to a side that has ended reaches nobody, and only a receipt would tell.
  if (world.endsItself[other(side)]) return;
  const ends = world.parties[other(side)].ends();
  for (const { event } of world.parties[side].of('transferend')) {
    if (event.direction !== 'send' || event.outcome !== 'complete') continue;
    const verdicts = ends.filter(([id, end]) => id === event.transferId && !['closed', 'channel-error'].includes(end));
    assert.ok(verdicts.length > 0, `${event.transferId} was called complete, and is not there`);
  }
}

/** Each offer that was made ends once on its own side, too. */
function offersEndOnce(world, side) {
  const ends = world.parties[side].of('transferend').map(({ event }) => event);
  const ended = ends.filter(({ direction }) => direction === 'send').map(({ transferId }) => transferId);
  assert.equal(new Set(ended).size, ended.length, 'once each');
  const offered = [...world.offered].filter(([, offer]) => offer.side === side).map(([id]) => id);
  for (const id of offered) assert.ok(ended.includes(id), `the offer ${id} never ended`);
}

/** All of it while both sides live; nothing but it in any case. */
function announcementsHeard(world, side) {
  const { told, requested } = world.heard(other(side));
  const isWhole = world.parties.a.session.isConnected && world.parties.b.session.isConnected;
  for (const [heard, said] of [
    [told, world.told[side]],
    [requested, world.requested[side]],
  ]) {
    for (const hash of heard) assert.ok(said.has(hash), `${hash} was not said`);
    assert.equal(new Set(heard).size, heard.length, 'each once');
    if (isWhole) assert.equal(heard.length, said.size, 'all of it');
  }
}

async function onlyWhatWasSent(world, side) {
  const delivered = world.parties[side].of('image');
  const ids = world.parties[side].ends().flatMap(([id, end]) => (end === 'image' ? [id] : []));
  for (const [index, { blob }] of delivered.entries()) {
    const { file, flaw } = world.offered.get(ids[index]);
    assert.equal(blob.fileHash, file.hash, 'in lower case');
    assert.equal(flaw === 'wrong hash', false);
    assert.ok(Buffer.from(await blob.arrayBuffer()).equals(file.bytes), 'the content that was offered');
  }
}

test('whatever happens: one file at a time in pull order, each byte once, each pull one end, nothing left', async () => {
  const ends = new Map();
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const world = await runScenario(given);
      assert.equal(world.fuse.isBlown, false, 'the event loop has its turn');
      for (const side of sides) {
        eachByteOnceInPullOrder(world, side);
        neverOverfull(world, side);
        settledExactlyOnce(world, side);
        nothingLeft(world, side);
        nothingLostThatWasComplete(world, side);
        offersEndOnce(world, side);
        announcementsHeard(world, side);
        await onlyWhatWasSent(world, side);
        assert.ok(!world.parties[side].reports().includes('engine-failed'));
        for (const [id, end] of world.parties[side].ends()) {
          ends.set(end, (ends.get(end) ?? 0) + 1);
          if (world.offered.get(id)?.isStream) ends.set(`${end} of a stream`, 1);
        }
      }
      for (const side of sides) world.parties[side].session.close();
      assert.equal(world.clock.pendingTimers, 0);
    }),
    { numRuns: runs, timeout: 10_000, ...replay },
  );
  // The scenarios would prove little if they never came this far.
  const expected = ['image', 'hash-mismatch', 'aborted-by-peer', 'pull-timeout', 'closed', 'channel-error'];
  for (const end of [...expected, 'image of a stream', 'refused', 'too-large']) {
    assert.ok(ends.has(end), `no scenario ended in ${end}: ${[...ends.keys()].join()}`);
  }
});
