// What a sender is told is complete arrives, also when the session is closed within that very callback: bytes that have left
// the channel's buffer may still be on their way then.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { UdpRelay, withoutCandidates } from '../support/udp-relay.mjs';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, seed, seededRandom } from './bench.mjs';

const context = bench({ before, after });

const path = { delay: 40, loss: 0.005 };
const file = { seed: 1, size: 700_000 };

for (const sender of ['left', 'right']) {
  const who = sender === 'left' ? 'the side that connected' : 'the other side';
  test(`${who} closes when its file is complete, and it arrives over a slow path`, limit, async (t) => {
    const relay = await UdpRelay.start({ ...path, random: seededRandom(seed) });
    t.after(() => relay.close());
    const pages = [await openTestPage(t, context), await openTestPage(t, context)];
    const receiver = sender === 'left' ? 'right' : 'left';
    const pair = await joinPages(pages, {
      name: `complete-${sender}`,
      [sender]: { closes: { role: 'sender', phase: 'between files' } },
      [receiver]: { pullsEachOffer: true },
      carry: { left: withoutCandidates, right: (signal) => relay.redirect(signal) },
    });
    await pair.connect();
    await pair[sender].share([file]);
    await pair[sender].untilClosed();
    // By the close of the channel, and not only when the connection is found to be dead.
    await pair[receiver].untilClosed();
    await pair[receiver].untilSettled();

    const sent = await pair[sender].report();
    assert.deepEqual(sent.sent, [['sent']]);
    const received = await pair[receiver].report();
    assert.equal(countOf(assertExactlyOnce(received, receiver)), '1 image');
    assert.deepEqual(received.errors, []);
  });
}
