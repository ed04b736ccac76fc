// A page is killed or reloaded in the middle of transfers, and a new page with the same ids offers a connection before the
// survivor has noticed anything: the old session ends at once, and the next one carries everything.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage } from '../e2e/browser.mjs';
import { launchKillableBrowser } from '../support/chromium.mjs';
import { assertExactlyOnce, bench, countOf, joinPages, limit, openTestPage, ready, Side } from './bench.mjs';

const context = bench({ before, after });

const MiB = 1024 * 1024;
// So much that it is under way still when a page that is reloaded has gone.
const files = [1, 2, 3, 4].map((each) => ({ seed: each, size: 10 * MiB + each }));

const endings = {
  'was killed': async (t) => {
    const { server, browser } = await launchKillableBrowser();
    t.after(() => server.kill());
    const page = await ready(await openPage(t, browser, context.url));
    return { page, end: () => server.kill() };
  },
  'was reloaded': async (t) => {
    const page = await openTestPage(t, context);
    const end = async () => {
      await page.reload();
      await page.waitForFunction(() => globalThis.isReady);
    };
    return { page, end };
  },
};

for (const [how, open] of Object.entries(endings)) {
  // The side whose id sorts first makes the connection, so that the new page offers one by itself where that side is new.
  test(`the page that connected ${how}: its next one is answered by a new session`, limit, async (t) => {
    const { survivor, end } = await inTheMiddle(t, open, 'right');
    await end();
    const page = await openTestPage(t, context);
    /** @type {Side | undefined} */
    let next;
    let fail;
    const failed = new Promise((_resolve, reject) => (fail = reject));
    const fresh = await makeSide(
      page,
      'next-left',
      inOrder(async (signal) => {
        if (!next) {
          assert.equal(signal.type, 'offer');
          await offerTo(t, survivor, signal);
          next = await makeSide(survivor.page, 'next-right', (answer) => deliver(fresh, answer));
        }
        await deliver(next, signal);
      }, fail),
    );
    await fresh.start();
    await Promise.race([fresh.until((party) => party.connected), failed]);
    assert.ok(next);
    // The other end of a channel may hear later that it is open, and nothing can be offered before.
    await next.until((party) => party.connected);
    await exchange(fresh, next);
    await assertSilent(survivor);
  });

  test(
    `the page that was connected to ${how}: an offer of its next one ends the old session all the same`,
    limit,
    async (t) => {
      const { survivor, end } = await inTheMiddle(t, open, 'left');
      await end();
      const page = await openTestPage(t, context);
      const offer = await page.evaluate(async () => {
        const connection = new RTCPeerConnection();
        connection.createDataChannel('another');
        await connection.setLocalDescription();
        return connection.localDescription?.toJSON();
      });
      await offerTo(t, survivor, { type: 'offer', senderId: 'b-right', targetId: 'a-left', sdp: offer });
      const pair = await joinPages([survivor.page, page], { name: 'next' });
      await pair.connect();
      await exchange(pair.left, pair.right);
      await assertSilent(survivor);
    },
  );
}

/** Two sessions with files on their way in both directions; `stays` is the side that survives. */
async function inTheMiddle(t, open, stays) {
  const survivorPage = await openTestPage(t, context);
  await survivorPage.evaluate(async () => {
    const module = '/page/watch.mjs';
    const { watch, connections, sent } = await import(module);
    watch();
    Object.assign(globalThis, { connections, sent });
  });
  const victim = await open(t);
  const pages = stays === 'left' ? [survivorPage, victim.page] : [victim.page, survivorPage];
  const pair = await joinPages(pages, { name: 'old' });
  await pair.connect();
  const [survivor, lost] = stays === 'left' ? [pair.left, pair.right] : [pair.right, pair.left];
  await Promise.all([survivor.share(files), lost.share(files)]);
  await Promise.all([survivor.untilOffered(files.length), lost.untilOffered(files.length)]);
  await Promise.all([survivor.pullAll(), lost.pullAll()]);
  await survivor.until((party, bytes) => party.bytes.receive >= bytes && party.bytes.send >= bytes, MiB);
  return { survivor, end: victim.end };
}

/** A killed page leaves the session as it was, one that was reloaded leaves it interrupted; the offer ends it either way. */
async function offerTo(t, survivor, signal) {
  const { wasConnected, report } = await survivor.page.evaluate(
    async ([name, offer]) => {
      const party = globalThis.parties.get(name);
      const before = party.session.isConnected;
      party.session.handleSignal(offer);
      const atOnce = party.report();
      // From here on the old channel must stay silent.
      globalThis.sentByThen = globalThis['sent'](globalThis['connections'][0]);
      return { wasConnected: before, report: atOnce };
    },
    [survivor.name, signal],
  );
  t.diagnostic(wasConnected ? 'the survivor had not noticed' : 'the survivor knew already');
  const ends = assertExactlyOnce(report, 'survivor');
  assert.equal(ends.length, files.length);
  const cut = ends.filter((each) => each !== 'image');
  assert.ok(cut.length > 0);
  for (const each of cut) assert.equal(each, 'peer-replaced');
  for (const each of report.sent) assert.equal(each.length, 1, 'every offer has its end');
  assert.deepEqual(report.errors, ['peer-replaced: ']);
  assert.deepEqual([report.closed, report.isConnected, report.stats], [true, false, undefined]);
}

async function assertSilent(survivor) {
  const [then, now] = await survivor.page.evaluate(() => [
    globalThis['sentByThen'],
    globalThis['sent'](globalThis['connections'][0]),
  ]);
  assert.ok(now > 0);
  assert.equal(now, then, 'the old session has sent nothing more');
  assertExactlyOnce(await survivor.report(), 'survivor, at the end');
}

async function exchange(left, right) {
  await Promise.all([left.share(files), right.share(files)]);
  await Promise.all([left.untilOffered(files.length), right.untilOffered(files.length)]);
  await Promise.all([left.pullAll(), right.pullAll()]);
  await Promise.all([left.untilSettled(), right.untilSettled()]);
  for (const side of [left, right]) {
    const report = await side.report();
    assert.equal(countOf(assertExactlyOnce(report, side.name)), `${files.length} image`);
    assert.deepEqual(report.errors, []);
    await side.close();
  }
}

/** Signalling keeps the order, also while the first is still being carried. */
function inOrder(carry, fail) {
  let carried = Promise.resolve();
  return (signal) => (carried = carried.then(() => carry(signal)).catch(fail));
}

async function makeSide(page, name, carry) {
  page.carriers.set(name, carry);
  const [myId, peerId] = name.endsWith('left') ? ['a-left', 'b-right'] : ['b-right', 'a-left'];
  await page.evaluate((description) => globalThis.makeParty(description), { name, myId, peerId });
  return new Side(page, name);
}

function deliver({ page, name }, signal) {
  return page.evaluate(([to, what]) => globalThis.handleSignal(to, what), [name, signal]);
}
