// What never becomes a connection ends all the same, in a real browser, whose own promises and states have no such end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bench, joinPages, limit, openTestPage } from './bench.mjs';

const context = bench({ before, after });

test('where no signal arrives, both sides end by the deadline, and say so', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const lost = () => undefined;
  const options = { connectTimeout: 1_000 };
  const pair = await joinPages(pages, { name: 'lost', options, carry: { left: lost, right: lost } });
  await Promise.all([pair.left.start(), pair.right.start()]);
  for (const side of [pair.left, pair.right]) {
    await side.untilClosed();
    const { errors, stats } = await side.report();
    assert.deepEqual([errors, stats], [['connect-timeout: '], undefined]);
  }
});

test('where only the answer is lost, too', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  const carry = { left: (signal) => signal, right: (signal) => (signal.type === 'answer' ? undefined : signal) };
  const pair = await joinPages(pages, { name: 'unanswered', options: { connectTimeout: 1_000 }, carry });
  await Promise.all([pair.left.start(), pair.right.start()]);
  for (const side of [pair.left, pair.right]) {
    await side.untilClosed();
    assert.deepEqual((await side.report()).errors, ['connect-timeout: ']);
  }
});

test('start() and handleSignal() settle when close() comes in the same turn, or the next', limit, async (t) => {
  const page = await openTestPage(t, context);
  page.carriers.set('offering', () => {});
  const offer = await page.evaluate(async () => {
    const connection = new RTCPeerConnection();
    connection.createDataChannel('files');
    await connection.setLocalDescription();
    return connection.localDescription?.toJSON();
  });
  const settled = await page.evaluate(async (sdp) => {
    const ends = [];
    const ids = { starting: ['a', 'b'], answering: ['b', 'a'] };
    for (const [role, [myId, peerId]] of Object.entries(ids)) {
      for (let turns = 0; turns < 6; turns += 1) {
        const name = `${role} ${turns}`;
        globalThis.makeParty({ name, myId, peerId });
        const { session } = globalThis.parties.get(name);
        const asked =
          role === 'starting'
            ? session.start()
            : session.handleSignal({ type: 'offer', senderId: peerId, targetId: myId, sdp });
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        session.close();
        await asked;
        ends.push(globalThis.parties.get(name).errors);
      }
    }
    return ends;
  }, offer);
  assert.deepEqual(settled, Array(12).fill([]));
});

test('a bad ICE server is told by the constructor, with its cause', limit, async (t) => {
  const page = await openTestPage(t, context);
  const told = await page.evaluate(async () => {
    const specifier = 'peer-session';
    const { PeerSession, PeerSessionError } = await import(specifier);
    const make = () => {
      const nothing = () => {};
      const network = { canReceiveFrom: () => true };
      const iceServers = [{ urls: 'nowhere:at.all' }];
      const given = ['a', 'b', { createdAt: 1 }, nothing, nothing, nothing, network, nothing, nothing, undefined];
      return new PeerSession(...given, iceServers);
    };
    try {
      make();
      return undefined;
    } catch (error) {
      return [error instanceof PeerSessionError, error.code, error.cause instanceof DOMException];
    }
  });
  assert.deepEqual(told, [true, 'connection-failed', true]);
});

test(
  'where signalling drops what exceeds three messages in the first second, they are connected within seconds',
  limit,
  async (t) => {
    const pages = [await openTestPage(t, context), await openTestPage(t, context)];
    const began = performance.now();
    let count = 0;
    // An answer that is lost is the worse case: the side that waits cannot know.
    const carry = {
      left: (signal) => (performance.now() - began < 1_000 && (count += 1) > 3 ? undefined : signal),
      right: (signal) => (performance.now() - began < 1_500 ? undefined : signal),
    };
    const pair = await joinPages(pages, { name: 'dropped', carry });
    await pair.connect();
    t.diagnostic(`connected after ${Math.round(performance.now() - began)} ms`);
    await pair.left.share([{ seed: 1, size: 10_000 }]);
    await pair.right.untilOffered(1);
    await pair.right.pullAll();
    await pair.right.untilSettled();
    for (const side of [pair.left, pair.right]) {
      const { errors, faults, ends } = await side.report();
      assert.deepEqual([errors, faults, ends], [[], [], side === pair.right ? [['image']] : []]);
    }
  },
);
