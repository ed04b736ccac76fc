// Either side closes at each phase of a transfer: every pulled id ends once, at once, and never by a timer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, rounds } from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
const files = [1, 2, 3].map((seed) => ({ seed, size: MiB + seed }));
/** Goes the other way meanwhile: both sides have something to settle. Not where nothing is pulled. */
const back = [{ seed: 9, size: 2 * MiB }];

// How many of the three files may have arrived when the session was closed at that phase.
const scenarios = [
  { phase: 'offer only', role: 'receiver', arrived: [0, 0] },
  { phase: 'offer only', role: 'sender', arrived: [0, 0], byScript: closeAfterSharing },
  { phase: 'pulled', role: 'receiver', arrived: [0, 0] },
  { phase: 'pulled', role: 'sender', arrived: [0, 0] },
  { phase: 'mid-file', role: 'receiver', arrived: [0, 0] },
  { phase: 'mid-file', role: 'sender', arrived: [0, 0] },
  { phase: 'verifying', role: 'receiver', arrived: [0, 0], byScript: closeWhileVerifying },
  // What is whole at the other side when the channel closes still counts.
  { phase: 'verifying', role: 'sender', arrived: [1, 3], byScript: closeWhileVerifying },
  { phase: 'between files', role: 'receiver', arrived: [1, 1] },
  // The first one's end comes with its receipt, a round trip later: the others may be in the channel by then, and arrive.
  { phase: 'between files', role: 'sender', arrived: [1, 3] },
  { phase: 'after', role: 'receiver', arrived: [3, 3], byScript: closeAfterAll },
  { phase: 'after', role: 'sender', arrived: [3, 3], byScript: closeAfterAll },
];

test('a session that is closed at any phase, from either side, settles every id once on both', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  for (let round = 0; round < rounds; round += 1) {
    for (const scenario of scenarios) {
      for (const senderIsLeft of [true, false]) {
        const starter = (scenario.role === 'sender') === senderIsLeft ? 'which connected' : 'which was connected to';
        await t.test(`${scenario.phase}, closed by the ${scenario.role}, ${starter}`, async () => {
          await runScenario(pages, scenario, senderIsLeft, round);
        });
      }
    }
  }
});

for (const closer of ['left', 'right']) {
  test(
    `closed before the channel opened by ${closer === 'left' ? 'the side that connects' : 'the other side'}`,
    limit,
    async (t) => {
      const pages = [await openTestPage(t, context), await openTestPage(t, context)];
      let offered = () => {};
      const hasOffered = new Promise((resolve) => (offered = resolve));
      const carry = {
        left: (signal) => {
          offered();
          // The offer is on its way when that side closes; to the other it comes, or is the last thing it hears.
          return closer === 'left' ? signal : undefined;
        },
      };
      const pair = await joinPages(pages, { name: `early-${closer}`, carry });
      for (const side of [pair.left, pair.right]) {
        await side.page.evaluate((name) => window.parties.get(name).pull('pulled-too-early'), side.name);
      }
      await pair.left.start();
      await hasOffered;
      await pair[closer].close();
      await pair[closer].page.evaluate(
        (name) => window.parties.get(name).pull('pulled-after-close'),
        pair[closer].name,
      );
      await pair[closer].untilClosed();
      const other = closer === 'left' ? pair.right : pair.left;
      await other.close();

      for (const side of [pair.left, pair.right]) {
        const ends = assertExactlyOnce(await side.report(), side.name);
        assert.deepEqual(ends, side === pair[closer] ? ['not-open', 'not-open'] : ['not-open']);
      }
    },
  );
}

async function runScenario([left, right], scenario, senderIsLeft, round) {
  const { phase, role, byScript } = scenario;
  const described = { sender: {}, receiver: { pullsEachOffer: phase !== 'offer only' } };
  if (!byScript) described[role].closes = { role, phase };
  const name = `${phase}-${role}-${senderIsLeft}-${round}`;
  const [leftRole, rightRole] = senderIsLeft ? ['sender', 'receiver'] : ['receiver', 'sender'];
  const pair = await joinPages([left, right], { name, left: described[leftRole], right: described[rightRole] });
  await pair.connect();
  const [sender, receiver] = senderIsLeft ? [pair.left, pair.right] : [pair.right, pair.left];

  if (phase !== 'offer only') {
    await receiver.share(back);
    await sender.untilOffered(1);
    await sender.pullAll();
  }
  const closer = role === 'sender' ? sender : receiver;
  if (byScript) await byScript({ sender, receiver, closer });
  else await sender.share(files);
  await Promise.all([sender.untilClosed(), receiver.untilClosed()]);

  for (const side of [sender, receiver]) {
    await side.untilSettled();
    const report = await side.report();
    const ends = assertExactlyOnce(report, `${name}, ${side.name}`);
    const unexpected = ends.filter((end) => end !== 'image' && end !== 'closed');
    assert.deepEqual(unexpected, [], 'the end of the session settles them, no timer and no fault');
    assert.ok(!report.isConnected);
    assert.equal(report.stats, undefined, 'nothing is held any more');
    for (const each of report.sent) assert.equal(each.length, 1, `an offer ended ${each.length} times`);
    if (side !== receiver) continue;
    const arrived = ends.filter((end) => end === 'image').length;
    const [least, most] = scenario.arrived;
    assert.ok(arrived >= least && arrived <= most, `${arrived} files arrived (${countOf(ends)})`);
  }
}

async function closeAfterSharing({ sender }) {
  await sender.page.evaluate(
    async ([name, shared]) => {
      const party = window.parties.get(name);
      await party.share(shared);
      party.session.close();
    },
    [sender.name, files],
  );
}

async function closeWhileVerifying({ sender, receiver, closer }) {
  const hold = await receiver.page.evaluateHandle(() => window.holdHashes());
  await sender.share(files);
  await hold.evaluate(({ isAsked }) => isAsked);
  await closer.close();
  if (closer === receiver) await receiver.untilClosed();
  // It waits for the verdict on what is whole, and for nothing else.
  else await receiver.page.evaluate((name) => window.parties.get(name).untilDisconnected(), receiver.name);
  await hold.evaluate(({ release }) => release());
}

async function closeAfterAll({ sender, receiver, closer }) {
  await sender.share(files);
  await receiver.untilOffered(files.length);
  await Promise.all([receiver.untilSettled(), sender.untilSettled()]);
  await closer.close();
}
