// @ts-check
// A peer that says anything, in any order, to a session of the built package that pulls from it.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bytesOf, hashOf, sha256 } from '../glue/support/files.mjs';
import { connectRaw } from '../glue/support/sessions.mjs';

const runs = Number(process.env.PROPERTY_RUNS ?? 1000);
const replay = process.env.PROPERTY_SEED
  ? { seed: Number(process.env.PROPERTY_SEED), path: process.env.PROPERTY_PATH ?? '' }
  : {};

const content = bytesOf(600);
const hash = sha256(content);
const upper = hash.toUpperCase();
const ids = ['x', 'y', '__proto__', 'constructor', '', 'i'.repeat(300), '\u202Ex', '../x'];
const anything = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 0.5, 600, 601, 1e9, Number.MAX_SAFE_INTEGER, 1e300, '600', '', [], {}, ['a', 1]),
  fc.string({ maxLength: 20 }),
  fc.constantFrom(upper, hashOf('another'), [upper, hash], [hash, 'no hash', 1]),
);
const id = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: anything });
const type = fc.constantFrom(
  ...['offer-file', 'pull-request', 'meta', 'sync-request', 'inventory', 'request-file', 'ping', 'pong'],
  ...[
    'transfer-abort',
    'transfer-cancel',
    'transfer-done',
    'offer-withdraw',
    'credit',
    'hello',
    'burn',
    '__proto__',
    '',
  ],
);
const honest = { name: 'n.png', size: 600, mime: 'image/png', hash, isPinned: false, hashes: [hash] };
const field = fc.constantFrom(
  'type',
  'transferId',
  ...Object.keys(honest),
  'ttl',
  'originalSenderId',
  ...['reason', 'offset', 'credit', 'upTo', 'epoch', 'features', 'maxFileSize'],
  'more',
);

const message = fc
  .record({ type, transferId: id, bent: fc.option(fc.tuple(field, anything), { freq: 2, nil: undefined }) })
  .map(({ bent, ...rest }) => JSON.stringify({ ...honest, ...rest, ...(bent ? { [bent[0]]: bent[1] } : {}) }));
const notJson = fc.oneof(
  fc.string({ maxLength: 30 }),
  message.map((text) => text.slice(0, -1)),
  fc.json({ maxDepth: 3 }),
);
const bytes = fc.constantFrom([0, 600], [0, 300], [300, 600], [0, 0], [0, 1], [1, 600], [599, 600]);

const offerOfX = fc
  .record({ size: fc.constantFrom(600, 600, 601, 1), hash: fc.constantFrom(hash, upper, hashOf('another')) })
  .map((told) => JSON.stringify({ ...honest, ...told, type: 'offer-file', transferId: 'x' }));

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ say: offerOfX }) },
  { weight: 5, arbitrary: fc.record({ say: message }) },
  { weight: 3, arbitrary: fc.record({ bytes }) },
  { weight: 3, arbitrary: fc.record({ pull: fc.constantFrom('x', 'y'), begins: fc.constant(true), bytes }) },
  { weight: 4, arbitrary: fc.record({ pull: fc.constantFrom('x', 'y', '__proto__', 'constructor') }) },
  { weight: 1, arbitrary: fc.record({ cancel: fc.constantFrom('x', 'y', '__proto__') }) },
  { weight: 1, arbitrary: fc.record({ say: notJson }) },
  { weight: 1, arbitrary: fc.record({ seconds: fc.constantFrom(1, 14, 15, 30) }) },
);

test('a peer may say anything: every pull has one end, only verified content arrives, nothing breaks', async () => {
  const ends = new Set();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, greets) => {
      const party = await connectRaw();
      const { session, peer, clock } = party;
      if (greets) peer.greet();
      const pulled = new Map();
      /** By id: whether the last offer of it, at its pull, was of the content that is sent here. */
      const wasHonest = new Map();
      const isHonest = (wanted) => {
        const news = party.log.entries.findLast(
          ({ kind, type, data, event }) =>
            (kind === 'event' && type === 'offer-file' && data.transferId === wanted) ||
            (kind === 'offerwithdrawn' && event.transferId === wanted),
        );
        const offer = news?.data;
        return !offer || (offer.size === content.length && offer.hash === hash);
      };
      const endsOf = (wanted) => party.ends().filter(([ended]) => ended === wanted).length;
      for (const doing of /** @type {any[]} */ (steps)) {
        if (doing.say !== undefined) peer.say(doing.say);
        if (doing.pull) {
          const count = pulled.get(doing.pull) ?? 0;
          if (count === endsOf(doing.pull)) {
            pulled.set(doing.pull, count + 1);
            wasHonest.set(doing.pull, [...(wasHonest.get(doing.pull) ?? []), isHonest(doing.pull)]);
          }
          session.pullFile(doing.pull);
        }
        if (doing.cancel) session.cancelPull(doing.cancel);
        if (doing.begins) peer.say({ type: 'meta', transferId: doing.pull, ...honest });
        if (doing.bytes) peer.say(content.subarray(...doing.bytes));
        if (doing.seconds) clock.advance(doing.seconds * 1000);
      }
      assert.ok(session.isConnected, 'no peer can end the session by talking');
      while (session.stats?.unverifiedFiles) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(120_000);
      for (const [wanted, count] of pulled) {
        assert.equal(endsOf(wanted), count, wanted);
        for (const [index, [, end]] of party
          .ends()
          .filter(([ended]) => ended === wanted)
          .entries()) {
          if (end === 'image') assert.ok(wasHonest.get(wanted)[index], `${wanted} is not what was offered`);
        }
      }
      for (const heard of [...party.offers(), ...party.events('inventory').flatMap(({ data }) => data)]) {
        assert.match(heard.hash ?? heard, /^[0-9a-f]{64}$/);
      }
      assert.equal(party.ends().length, party.settled());
      assert.equal(session.stats?.waitingPulls, 0);
      for (const { blob } of party.of('image')) {
        assert.equal(sha256(new Uint8Array(await blob.arrayBuffer())), blob.fileHash);
        assert.equal(blob.fileHash, hash);
      }
      assert.ok(!party.reports().includes('engine-failed'));
      for (const [, end] of party.ends()) ends.add(end);
      session.close();
      // A partial file waits for ten minutes.
      clock.advance(600_000);
      assert.equal(clock.pendingTimers, 0);
    }),
    { numRuns: runs, timeout: 10_000, ...replay },
  );
  for (const end of [
    'image',
    'hash-mismatch',
    'interrupted',
    'too-many-bytes',
    'stalled',
    'offer-mismatch',
    'cancelled',
  ]) {
    assert.ok(ends.has(end), `no peer caused ${end}: ${[...ends].join()}`);
  }
});
