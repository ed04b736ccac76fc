// The peer negotiates anew, or restarts ICE, while files are on their way; and signals that come twice, or late.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage } from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
const files = [1, 2, 3].map((each) => ({ seed: each, size: 6 * MiB + each }));
const ufragOf = ({ sdp }) => /a=ice-ufrag:(\S+)/.exec(sdp.sdp)?.[1];

for (const asker of /** @type {const} */ (['left', 'right'])) {
  const who = asker === 'left' ? 'the side that connected' : 'the side that was connected to';
  for (const [what, options] of /** @type {[string, RTCOfferOptions][]} */ ([
    ['a renegotiation', {}],
    ['a restart of ICE', { iceRestart: true }],
  ])) {
    test(`${what} by ${who}, in the middle of files both ways, is answered, and all arrive`, limit, async (t) => {
      const pages = [await watchedPage(t), await watchedPage(t)];
      /** @type {any[]} */
      const descriptions = [];
      let isAsked = false;
      let answered = (/** @type {any} */ answer) => void answer;
      const carry = (side) => (signal) => {
        if (signal.type === 'candidate') return signal;
        descriptions.push({ side, signal });
        // This one is for the test, which asked behind the session's back.
        if (isAsked && side !== asker) return answered(signal);
        return signal;
      };
      const pair = await joinPages(pages, { name: what, carry: { left: carry('left'), right: carry('right') } });
      await pair.connect();
      await Promise.all([pair.left.share(files), pair.right.share(files)]);
      await Promise.all([pair.left.untilOffered(files.length), pair.right.untilOffered(files.length)]);
      await Promise.all([pair.left.pullAll(), pair.right.pullAll()]);
      await pair[asker].until((party, bytes) => party.bytes.receive >= bytes && party.bytes.send >= bytes, MiB);

      isAsked = true;
      const answer = new Promise((resolve) => (answered = resolve));
      const offer = await pair[asker].page.evaluate(async (given) => {
        const [connection] = globalThis['connections'];
        await connection.setLocalDescription(await connection.createOffer(given));
        return connection.localDescription.toJSON();
      }, options);
      const other = asker === 'left' ? pair.right : pair.left;
      const ids = asker === 'left' ? ['a-left', 'b-right'] : ['b-right', 'a-left'];
      const signal = { type: 'offer', senderId: ids[0], targetId: ids[1], sdp: offer };
      await other.page.evaluate(([to, what]) => globalThis.handleSignal(to, what), [other.name, signal]);
      const second = /** @type {any} */ (await answer);
      assert.deepEqual([second.senderId, second.targetId, second.sdp.type], [ids[1], ids[0], 'answer']);
      await pair[asker].page.evaluate((sdp) => globalThis['connections'][0].setRemoteDescription(sdp), second.sdp);

      await Promise.all([pair.left.untilSettled(), pair.right.untilSettled()]);
      for (const side of [pair.left, pair.right]) {
        const report = await side.report();
        assert.equal(countOf(assertExactlyOnce(report, side.name)), `${files.length} image`);
        assert.deepEqual([report.errors, report.isConnected], [[], true]);
      }
      const [first, ...more] = descriptions.filter(({ side }) => side !== asker);
      assert.equal(more.length, 1, 'one answer to one question');
      const isRestarted = ufragOf(second) !== ufragOf(first.signal);
      assert.equal(isRestarted, options.iceRestart === true, 'ICE was restarted where that was asked for');
      await pair.left.close();
      await pair.right.untilClosed();
    });
  }
}

test('signals that come twice, and all of them once more in the middle of files, disturb nothing', limit, async (t) => {
  const pages = [await openTestPage(t, context), await openTestPage(t, context)];
  /** @type {any[]} */
  const carried = [];
  const send = ({ side, signal }) => {
    const { page, name } = side === 'left' ? pair.right : pair.left;
    return page.evaluate(([to, what]) => globalThis.handleSignal(to, what), [name, signal]);
  };
  const carry = (side) => async (signal) => {
    carried.push({ side, signal });
    await send({ side, signal });
    return signal;
  };
  const pair = await joinPages(pages, { name: 'twice', carry: { left: carry('left'), right: carry('right') } });
  await pair.connect();
  await Promise.all([pair.left.share(files), pair.right.share(files)]);
  await Promise.all([pair.left.untilOffered(files.length), pair.right.untilOffered(files.length)]);
  await Promise.all([pair.left.pullAll(), pair.right.pullAll()]);
  await pair.right.until((party, bytes) => party.bytes.receive >= bytes, MiB);
  assert.ok(carried.some(({ signal }) => signal.type === 'answer'));
  for (const each of [...carried]) await send(each);
  await Promise.all([pair.left.untilSettled(), pair.right.untilSettled()]);
  for (const side of [pair.left, pair.right]) {
    const report = await side.report();
    assert.equal(countOf(assertExactlyOnce(report, side.name)), `${files.length} image`);
    assert.deepEqual([report.errors, report.isConnected], [[], true]);
  }
  await pair.left.close();
  await pair.right.untilClosed();
});

async function watchedPage(t) {
  const page = await openTestPage(t, context);
  await page.evaluate(async () => {
    const module = '/page/watch.mjs';
    const { watch, connections } = await import(module);
    watch();
    Object.assign(globalThis, { connections });
  });
  return page;
}
